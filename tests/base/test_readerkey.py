"""The reader key: made once, known to writers by its public half only, and missed in a clear sentence."""

import multiprocessing
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from retention.base.errors import ReaderKeyMissing, SealBroken, StateRefused
from retention.base.hpke import OVERHEAD, forget, seal, unseal
from retention.base.readerkey import private_half, public_half
from retention.base.slots import SlotFile
from retention.base.state import State
from tests.support.clock import ManualClock


def _public(directory: Path) -> bytes:
    return public_half(State(directory)).public_bytes_raw()


def test_the_first_caller_makes_the_pair_and_the_next_finds_it(state: State) -> None:
    assert public_half(state) == public_half(state) == private_half(state).public_key()


def test_many_first_callers_make_one_pair(state: State) -> None:
    with multiprocessing.get_context("fork").Pool(4) as pool:
        made = pool.map(_public, [state.directory] * 8)
    assert len(set(made)) == 1


def test_nobody_but_its_owner_may_read_the_private_half(state: State) -> None:
    public_half(state)
    assert (state.keys / "reader.key").stat().st_mode & 0o777 == 0o600
    assert (state.keys / "reader.pub").stat().st_mode & 0o777 == 0o644


def test_slots_without_a_key_are_refused_and_no_new_key_is_made(state: State, clock: ManualClock) -> None:
    SlotFile(state, "visits").claim(20_270_302, clock.now(), public_half(state))
    for name in ("reader.key", "reader.pub"):
        (state.keys / name).unlink()
    for half in (public_half, private_half):
        with pytest.raises(ReaderKeyMissing, match="slots and no reader key") as refused:
            half(state)
        assert refused.value.exit_code == 78
    assert not (state.keys / "reader.key").exists()


def test_a_crash_between_the_two_files_is_finished_by_the_next_caller(state: State) -> None:
    before = private_half(state)
    (state.keys / "reader.pub").unlink()
    assert public_half(state) == before.public_key()


def test_the_credential_goes_before_the_file(state: State, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    public_half(state)
    credentials = tmp_path / "credentials"
    credentials.mkdir()
    (state.keys / "reader.key").rename(credentials / "reader.key")
    with pytest.raises(ReaderKeyMissing):
        private_half(state)
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(credentials))
    assert private_half(state).public_key() == public_half(state)


def test_the_key_of_another_office_is_refused(state: State) -> None:
    public_half(state)
    (state.keys / "reader.key").write_bytes(X25519PrivateKey.generate().private_bytes_raw())
    with pytest.raises(StateRefused, match="does not belong"):
        private_half(state)


def test_a_key_of_the_wrong_length_is_refused(state: State) -> None:
    public_half(state)
    (state.keys / "reader.key").write_bytes(b"short")
    with pytest.raises(StateRefused, match="32 bytes"):
        private_half(state)


def test_sealed_text_is_longer_by_the_overhead_and_opens_under_the_same_info_only() -> None:
    private = X25519PrivateKey.generate()
    sealed = seal(private.public_key(), b"Anna", b"row 1")
    assert len(sealed) == len(b"Anna") + OVERHEAD
    assert unseal(private, sealed, b"row 1") == b"Anna"
    with pytest.raises(SealBroken):
        unseal(private, sealed, b"row 2")


def test_a_forgotten_secret_is_zeros_where_it_stood() -> None:
    secret = X25519PrivateKey.generate().private_bytes_raw()
    forget(secret)
    assert secret == bytes(32)


def test_making_a_slot_leaves_its_private_half_nowhere_in_the_memory_of_the_maker(
    state: State, clock: ManualClock
) -> None:
    slots = SlotFile(state, "visits")
    public_half(state)
    (state.keys / "reader.key").rename(state.directory / "kept-elsewhere")
    slots.claim(20_270_302, clock.now().replace(year=2028), public_half(state))
    image = _own_memory()
    (state.directory / "kept-elsewhere").rename(state.keys / "reader.key")
    private = slots.open(20_270_302, private_half(state), clock.now()).private_bytes_raw()
    assert private not in image


def _own_memory() -> bytes:
    """All that this process can write to, as it stands now."""
    parts = []
    with Path("/proc/self/mem").open("rb", buffering=0) as memory:
        for line in Path("/proc/self/maps").read_text().splitlines():
            span, rights, *_ = line.split()
            if rights.startswith("rw") and "[v" not in line:
                start, end = (int(edge, 16) for edge in span.split("-"))
                memory.seek(start)
                try:
                    parts.append(memory.read(end - start))
                except OSError:  # a guard page of another thread
                    continue
    return b"".join(parts)
