"""Cameras at their posts, each with a cable of its own, and everything that may befall one while it is watched."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from tests.support.netns import Network
from tests.support.rtsp import RtspCamera

USER, PASSWORD = "portier", "vier losse woorden"


class Post:
    """One camera in a network, and what it takes to put it back there."""

    def __init__(self, network: Network, film: Path, other: Path) -> None:
        self._network, self._film, self._other = network, film, other
        self.camera = self._installed(0)
        self.url = self.camera.url

    @contextmanager
    def killed(self) -> Iterator[None]:
        """Its power goes; it comes back at the same address."""
        self.camera.kill()
        yield
        self.camera = self._installed(self.camera.port)

    @contextmanager
    def unplugged(self) -> Iterator[None]:
        """No packet passes, in either direction."""
        self._network.lose(self.camera.port)
        yield
        self._network.carry(self.camera.port)

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Somebody changes its password, and takes that back."""
        self.camera.password_becomes("een ander woord")
        yield
        self.camera.password_becomes(PASSWORD)

    @contextmanager
    def stalled(self) -> Iterator[None]:
        """It answers, and sends no picture."""
        self.camera.stall()
        yield
        self.camera.resume()

    @contextmanager
    def hung(self) -> Iterator[None]:
        """Its port takes connections, and nobody is behind it."""
        self.camera.hang()
        yield
        self.camera.wake()

    @contextmanager
    def cut(self) -> Iterator[None]:
        """It ends every connection, once."""
        self.camera.drop()
        yield

    @contextmanager
    def resized(self) -> Iterator[None]:
        """It is set to another picture size and back, in mid-stream."""
        self.camera.show(self._other)
        yield
        self.camera.show(self._film)

    def close(self) -> None:
        self.camera.wake()
        self.camera.close()

    def _installed(self, port: int) -> RtspCamera:
        net = self._network
        return RtspCamera(self._film, user=USER, password=PASSWORD, address=net.there, port=port, within=net.within)


@dataclass(frozen=True)
class Kind:
    """A kind of fault: how it comes and goes, for how long, and what the timeline is to say of it."""

    befalls: Callable[[Post], AbstractContextManager[None]]
    seconds: float
    causes: tuple[tuple[str, ...], ...]  # any of these; none at all: not a frame may be missing


KINDS = {
    "killed": Kind(Post.killed, 5, (("unreachable",),)),
    # Connected and silent; who calls anew finds nobody, unless the cable is back by then.
    "unplugged": Kind(Post.unplugged, 6, (("unreachable",), ("stalled",))),
    "locked": Kind(Post.locked, 4, (("unauthorised",),)),
    "stalled": Kind(Post.stalled, 5, (("stalled",),)),
    "hung": Kind(Post.hung, 5, (("stalled",),)),
    "cut": Kind(Post.cut, 0, (("unreachable",),)),
    "resized": Kind(Post.resized, 2, ()),
}


class Street:
    """Several posts in one network. `rows` is what the configuration says of them."""

    def __init__(self, folder: Path, film: Path, other: Path, number: int) -> None:
        self._stack = ExitStack()
        with ExitStack() as stack:
            network = stack.enter_context(Network())
            self.posts = {f"camera-{place}": Post(network, film, other) for place in range(number)}
            for post in self.posts.values():
                stack.callback(post.close)
            self._stack = stack.pop_all()
        secret = folder / "password"
        secret.write_text(PASSWORD)
        self.rows: dict[str, dict[str, Any]] = {
            name: {"url": post.url, "user": USER, "password_file": secret} for name, post in self.posts.items()
        }

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()
