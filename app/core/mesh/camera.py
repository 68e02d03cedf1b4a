"""An eye that orbits a point. numpy only; Y is up, right-handed, as in glTF."""

import numpy as np

FIELD = float(np.radians(35.0))  # vertical field of view
STEEPEST = np.radians(89.9)


class Camera:
    """Turned by `yaw` about Y and `pitch` above the horizon, `distance` from `target`; `field` is its vertical field
    of view in radians."""

    def __init__(self) -> None:
        self.field = FIELD
        self.target = np.zeros(3)
        self.radius = 1.0
        self.reset()

    def reset(self) -> None:
        """The first view: a little from the right and above, everything visible."""
        self.yaw, self.pitch = np.radians(35.0), np.radians(22.0)
        self.distance = self.radius / np.sin(self.field / 2) * 1.12
        self.offset = np.zeros(3)

    def frame(self, vertices: np.ndarray) -> None:
        """Look at these (V, 3) vertices; the angles stay."""
        finite = vertices[np.isfinite(vertices).all(axis=1)] if len(vertices) else vertices
        if not len(finite):
            return
        low, high = finite.min(axis=0), finite.max(axis=0)
        near = self.distance / self.radius
        self.target = (low + high).astype(float) / 2
        self.radius = max(float(np.linalg.norm(high - low)) / 2, 1e-6)
        self.distance = near * self.radius

    def orbit(self, dyaw: float, dpitch: float) -> None:
        """Turn by radians."""
        self.yaw = (self.yaw + dyaw) % (2 * np.pi)
        self.pitch = float(np.clip(self.pitch + dpitch, -STEEPEST, STEEPEST))

    def turn_to(self, yaw: float, pitch: float) -> None:
        """Look from there (radians)."""
        self.yaw, self.pitch = float(yaw) % (2 * np.pi), float(np.clip(pitch, -STEEPEST, STEEPEST))

    def zoom(self, times: float) -> None:
        """Come nearer by `times`."""
        self.distance = float(np.clip(self.distance / times, self.radius * 0.05, self.radius * 60))

    def pan(self, dx: float, dy: float) -> None:
        """Move the view by shares of its height, to the right and up."""
        right, up, _ = self.axes()
        scale = 2 * self.distance * np.tan(self.field / 2)
        self.offset = self.offset - right * dx * scale - up * dy * scale

    def axes(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Right, up, and backward (from the target to the eye), unit vectors."""
        cp, sp, cy, sy = np.cos(self.pitch), np.sin(self.pitch), np.cos(self.yaw), np.sin(self.yaw)
        back = np.array([cp * sy, sp, cp * cy])
        right = np.array([cy, 0.0, -sy])
        return right, np.cross(back, right), back

    @property
    def eye(self) -> np.ndarray:
        """Where the eye is."""
        return self.target + self.offset + self.axes()[2] * self.distance

    def view(self) -> np.ndarray:
        """(4, 4) world to eye, for column vectors."""
        rotation = np.stack(self.axes())
        matrix = np.eye(4)
        matrix[:3, :3], matrix[:3, 3] = rotation, -rotation @ self.eye
        return matrix

    def projection(self, aspect: float) -> np.ndarray:
        """(4, 4) eye to clip, OpenGL's depth from -1 to 1."""
        far = self.distance + self.radius * 20
        near = max(self.distance - self.radius * 3, self.distance * 0.02)
        f = 1 / np.tan(self.field / 2)
        matrix = np.zeros((4, 4))
        matrix[0, 0], matrix[1, 1] = f / aspect, f
        matrix[2, 2], matrix[2, 3] = (far + near) / (near - far), 2 * far * near / (near - far)
        matrix[3, 2] = -1
        return matrix

    def matrix(self, aspect: float) -> np.ndarray:
        """(4, 4) world to clip."""
        return self.projection(aspect) @ self.view()


def floor_lines(vertices: np.ndarray, radius: float) -> np.ndarray:
    """(lines, 2, 3): a grid below the mesh, of a round spacing."""
    foot = float(vertices[:, 1].min()) if len(vertices) else 0.0
    middle = (vertices.min(axis=0) + vertices.max(axis=0)) / 2 if len(vertices) else np.zeros(3)
    spacing = 10.0 ** np.floor(np.log10(max(radius, 1e-6)))
    spacing *= next(k for k in (0.25, 0.5, 1.0, 2.5) if radius / (spacing * k) <= 5 or k == 2.5)
    cx, cz = (np.round(middle[[0, 2]] / spacing) * spacing).tolist()
    ticks = np.arange(-10, 11) * spacing
    pieces = np.stack([ticks[:-1], ticks[1:]], axis=1)  # short, so that the far ones can fade
    along_x = [[[cx + a, foot, cz + t], [cx + b, foot, cz + t]] for t in ticks for a, b in pieces]
    along_z = [[[cx + t, foot, cz + a], [cx + t, foot, cz + b]] for t in ticks for a, b in pieces]
    return np.array(along_x + along_z, np.float32)


def floor_extent(lines: np.ndarray) -> tuple[np.ndarray, float]:
    """The floor's middle and how far it reaches."""
    low, high = lines.reshape(-1, 3).min(axis=0), lines.reshape(-1, 3).max(axis=0)
    return (low + high) / 2, float(high[0] - low[0]) / 2
