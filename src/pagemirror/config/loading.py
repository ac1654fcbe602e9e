"""Loading the config: command line over environment over file over defaults, checked as a whole."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pagemirror.config.checking import Backends, check
from pagemirror.config.environment import read_environment
from pagemirror.config.errors import ConfigError
from pagemirror.config.fields import Surroundings
from pagemirror.config.find import FILE_NAME, SYSTEM_FILE, find_file, read_file
from pagemirror.config.layers import Layer, Tree, has, merge, override_layer, place_of
from pagemirror.config.models import BackendSettings, Settings

__all__ = ["Loaded", "load"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """The settings with their origins. `base_dir` is what relative paths start from; `path` is None without a file."""

    settings: Settings
    path: Path | None
    base_dir: Path
    layers: Sequence[Layer]

    def origin(self, key: str) -> str:
        """Say where a dotted key's value came from: "command line", "environment NAME", "file:line" or "default"."""
        return place_of(self.layers, tuple(key.split(".")))


def load(
    explicit: Path | None,
    *,
    env: Mapping[str, str],
    cwd: Path,
    overrides: Mapping[str, object],
    backend_settings: Callable[[str], BackendSettings | None],
    backend_names: Callable[[], Sequence[str]],
) -> Loaded:
    """Find, read, merge and check the config.

    `overrides` holds dotted keys from the command line; None is a flag not given, and a mirror named * means each.
    Raises ConfigError with all that is wrong.
    """
    path = find_file(explicit, env=env, cwd=cwd)
    base_dir = path.absolute().parent if path is not None else cwd
    variables, problems = read_environment(env, Settings.model_fields)
    layers = [variables] if path is None else [variables, read_file(path)]
    merged = merge(layers)
    if path is None and not has(merged, ("mirrors",)) and not problems:
        raise ConfigError(
            f"There is no config: no --config, no $PAGEMIRROR_CONFIG, no {FILE_NAME} in {cwd} or above, "
            f"no {SYSTEM_FILE}.",
            hint=f"`pagemirror init` writes a {FILE_NAME}; or name one with --config.",
        )
    layers = [override_layer(overrides, merged), *layers]
    merged = _with_defaults(merge(layers), env, base_dir)
    backends = Backends(find=backend_settings, names=backend_names)
    checked = check(merged, layers=layers, backends=backends, surroundings=Surroundings(base_dir=base_dir))
    if isinstance(checked, Settings) and not problems:
        return Loaded(settings=checked, path=path, base_dir=base_dir, layers=tuple(layers))
    raise ConfigError.of([*problems, *(() if isinstance(checked, Settings) else checked)])


def _with_defaults(merged: Tree, env: Mapping[str, str], base_dir: Path) -> Tree:
    """Fill in the default that depends on where we are: the state's place."""
    state = merged.get("state", {})
    if not isinstance(state, dict) or "url" in state:
        return merged
    folder = env.get("STATE_DIRECTORY", "").partition(":")[0]
    home = Path(folder) if folder else base_dir / ".pagemirror"
    return {**merged, "state": {**state, "url": f"sqlite:///{home / 'state.db'}"}}
