"""What a process frees is overwritten: a text that is gone stands nowhere in its memory, not even in part."""

import os
import subprocess
import sys

import pytest

from retention.base.forgetful import forgetful
from tests.project.house import ROOT

# Reads a word letter by letter, works with it as the kiosk does, lets go of it, and counts what is left of it.
REMAINS = """
import json, os
word = os.read(0, 100).decode().strip()
last = [ord(letter) for letter in reversed(word[-5:])]
texts = [word.title(), json.dumps({"name": word}), word.encode(), f"{word} {word}" * 3]
texts.append([word + str(number) for number in range(50)])
for text in list(texts[0]):
    texts.append(texts[-1][:1] + [text])
del word, texts, text
found = 0
for line in open("/proc/self/maps"):
    span, rights, *_ = line.split()
    if "w" not in rights or line.endswith(("[vvar]\\n", "[stack]\\n")):
        continue
    start, end = (int(part, 16) for part in span.split("-"))
    with open("/proc/self/mem", "rb", buffering=0) as memory:
        memory.seek(start)
        data = memory.read(end - start)
    place = data.find(last[-1])
    while place >= 0:
        found += all(data[place + n : place + n + 1] == bytes([last[-1 - n]]) for n in range(5))
        place = data.find(last[-1], place + 1)
print(found)
"""


def remains(environment: dict[str, str], word: str) -> int:
    done = subprocess.run(
        [sys.executable, "-c", REMAINS],
        env={**environment, "PYTHONPATH": str(ROOT)},
        input=word + "\n",
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    return int(done.stdout)


# The test's name stands in the environment of the process: it must not hold the word.
@pytest.mark.parametrize("word", ["qhvzx", "wjfqkzxd", "xqvjhwkz gtmbpq"], ids=["short", "middling", "long"])
def test_nothing_is_left_of_a_text_that_was_let_go(word: str) -> None:
    assert remains(forgetful(os.environ), word) == 0


def test_without_it_there_is() -> None:
    plain = {name: value for name, value in os.environ.items() if name not in ("PYTHONMALLOC", "GLIBC_TUNABLES")}
    assert remains(plain, "wjfqkzxd") > 0


def test_other_settings_of_the_c_library_stay() -> None:
    told = forgetful({"GLIBC_TUNABLES": "glibc.cpu.hwcaps=-AVX2", "LANG": "C"})
    assert told["GLIBC_TUNABLES"].startswith("glibc.cpu.hwcaps=-AVX2:glibc.malloc.")
    assert forgetful(told) == told
