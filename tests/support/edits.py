"""Random edits of a folder of evidence, as somebody with the disk in hand would make them: none may stay unseen."""

import importlib.util
import json
import random
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from types import ModuleType

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from retention.evidence.digest import Digest, parse, sign
from retention.evidence.line import LINE_BYTES, Line, image
from retention.evidence.line import parse as parse_line

ROOT = Path(__file__).parents[2]


def stand_alone() -> ModuleType:
    """The verifier of docs/, which knows nothing of Portier."""
    spec = importlib.util.spec_from_file_location("verify_evidence", ROOT / "docs/verify_evidence.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@dataclass
class Forger:
    """Edits `folder`, one thing at a time, and puts it back. `older` is a copy of it as it was once; `stolen` the key
    of the day after the last digest.
    """

    folder: Path
    older: Path
    stolen: Ed25519PrivateKey
    dice: random.Random
    originals: dict[Path, bytes] = field(default_factory=dict)

    def __post_init__(self) -> None:
        files = [path for path in self.folder.rglob("*") if path.is_file() and path.name[0] != "."]
        covered = [path for path in files if path.suffix in (".digest", ".jsonl", ".receipts", ".open", ".json")]
        self.originals = {path: path.read_bytes() for path in covered}
        self.covered = [path for path, content in self.originals.items() if content and not self._is_ahead(path)]

    def edit(self) -> str:
        """One edit; what it was."""
        ways: list[Callable[[], str]] = [
            self._flip,
            self._flip,
            self._delete_bytes,
            self._put_in,
            self._swap,
            self._double,
            self._truncate,
            self._unlink,
            self._rename,
            self._roll_back,
            self._sign_again,
            self._chain_again,
        ]
        while True:
            told = self.dice.choice(ways)()
            if self._differs():
                return told
            self.restore()

    def restore(self) -> None:
        for path in [*self.folder.rglob("*")]:
            if (
                path.is_file()
                and path not in self.originals
                and path.suffix in (".digest", ".jsonl", ".receipts", ".open")
            ):
                path.unlink()
        for path, content in self.originals.items():
            path.parent.mkdir(exist_ok=True)
            if not path.exists() or path.read_bytes() != content:
                path.write_bytes(content)

    def _differs(self) -> bool:
        return any(not path.exists() or path.read_bytes() != content for path, content in self.originals.items())

    def _is_ahead(self, path: Path) -> bool:
        """A file of receipts that no digest covers yet: what it holds is not kept elsewhere."""
        return path.suffix == ".receipts" and not path.with_suffix(".digest").exists()

    def _some(self, *suffixes: str) -> Path:
        return self.dice.choice([path for path in self.covered if not suffixes or path.suffix in suffixes])

    def _parts(self, path: Path) -> list[bytes]:
        """What a file is made of: places, lines."""
        content = self.originals[path]
        if path.suffix == ".receipts":
            return [content[at : at + LINE_BYTES] for at in range(0, len(content), LINE_BYTES)]
        return content.splitlines(keepends=True)

    def _flip(self) -> str:
        path = self._some()
        content = bytearray(path.read_bytes())
        at = self.dice.randrange(len(content))
        content[at] ^= 1 << self.dice.randrange(8)
        path.write_bytes(content)
        return f"{path.name}: byte {at} changed"

    def _delete_bytes(self) -> str:
        path = self._some()
        parts = self._parts(path)
        first = self.dice.randrange(len(parts))
        count = self.dice.randint(1, 3)
        path.write_bytes(b"".join(parts[:first] + parts[first + count :]))
        return f"{path.name}: parts {first} to {first + count} taken out"

    def _put_in(self) -> str:
        path = self._some()
        content, at = path.read_bytes(), self.dice.randrange(len(path.read_bytes()))
        path.write_bytes(content[:at] + self.dice.randbytes(self.dice.randint(1, 300)) + content[at:])
        return f"{path.name}: bytes put in at {at}"

    def _swap(self) -> str:
        one, two = self._some(), self._some()
        if one != two and self.dice.random() < 0.5 and one.suffix == two.suffix:
            first, second = one.read_bytes(), two.read_bytes()
            one.write_bytes(second)
            two.write_bytes(first)
            return f"{one.name} and {two.name} swapped"
        parts = self._parts(one)
        a, b = (self.dice.randrange(len(parts)) for _ in "ab")
        parts[a], parts[b] = parts[b], parts[a]
        one.write_bytes(b"".join(parts))
        return f"{one.name}: parts {a} and {b} swapped"

    def _double(self) -> str:
        path = self._some()
        parts = self._parts(path)
        at = self.dice.randrange(len(parts))
        path.write_bytes(b"".join([*parts[: at + 1], *parts[at:]]))
        return f"{path.name}: part {at} doubled"

    def _truncate(self) -> str:
        path = self._some()
        length = self.dice.randrange(len(path.read_bytes()))
        path.write_bytes(path.read_bytes()[:length])
        return f"{path.name}: cut to {length} bytes"

    def _unlink(self) -> str:
        path = self._some()
        path.unlink()
        return f"{path.name} taken away"

    def _rename(self) -> str:
        path = self._some(".digest", ".receipts")
        other = path.with_name(f"{date(2027, 1, 1 + self.dice.randrange(28))}{path.suffix}")
        path.rename(other)
        return f"{path.name} renamed to {other.name}"

    def _roll_back(self) -> str:
        """Everything, or one of both folders, as it was on an earlier day."""
        which = self.dice.choice([("evidence", "audit"), ("evidence",), ("audit",)])
        for name in which:
            for path in [*(self.folder / name).iterdir()]:
                if path in self.originals:
                    path.unlink()
            shutil.copytree(self.older / name, self.folder / name, dirs_exist_ok=True)
        return f"{' and '.join(which)} as on an earlier day"

    def _sign_again(self) -> str:
        """A digest that states less, signed with the key of a later day; and what follows chained to it."""
        paths = sorted(path for path in self.covered if path.suffix == ".digest")
        first = self.dice.randrange(len(paths))
        digests = [parse(path.read_bytes()) for path in paths]
        before = digests[first].previous if digests[first] else ""  # type: ignore[union-attr]
        for path, digest in list(zip(paths, digests, strict=True))[first:]:
            assert digest is not None
            body = json.loads(json.dumps(digest.body))
            body["figures"]["late"] += 1 if path == paths[first] else 0
            forged = self._signed(digest, before, body)
            path.write_bytes(forged.image())
            before = forged.hash
        return f"{paths[first].name} and all after it signed again with a stolen key"

    def _chain_again(self) -> str:
        """A line left out, all later ones chained anew, and every digest from there on signed again."""
        paths = [path for path in self.covered if path.suffix == ".receipts"]
        path = self.dice.choice([one for one in paths if len(self.originals[one]) > 2 * LINE_BYTES])
        left_out = self.dice.randrange(1, len(self.originals[path]) // LINE_BYTES)
        number, previous = 0, bytes(32)
        for one in sorted(paths):
            kept = [self.originals[one][:LINE_BYTES]]
            for at, raw in enumerate(self._parts(one)[1:], 1):
                line = parse_line(raw)
                if line is None or (one == path and at == left_out):
                    continue
                kept.append(self._chained(line, number, previous))
                number, previous = number + 1, kept[-1][-32:]
            one.write_bytes(b"".join(kept))
        self._sign_again()
        return f"{path.name}: place {left_out} left out, all chained and signed again with a stolen key"

    def _chained(self, line: Line, number: int, previous: bytes) -> bytes:
        return image(line, number + 1, previous)

    def _signed(self, digest: Digest, before: str, body: dict[str, object]) -> Digest:
        forged = sign(self.stolen, digest.next, number=digest.number, day=digest.day, previous=before, body=dict(body))
        claimed = self.dice.random() < 0.5  # or it claims the key that should have signed
        return Digest(
            forged.number,
            forged.day,
            forged.previous,
            digest.key if claimed else forged.key,
            forged.next,
            forged.body_hash,
            forged.signature,
            forged.body,
        )
