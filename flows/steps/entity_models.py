"""The models that the settings switch on for entities: found, named, and tried before any article depends on them."""

from pathlib import Path

from flows.enrichment.transformer_files import Folder, TransformerError, look
from flows.enrichment.transformers import Transformers, trouble
from flows.settings import Settings, SettingsError
from flows.workers import SHARE_OF_DEADLINE, Lost, Workers

MODEL_SHARE_OF_DEADLINE = 0.5
"""Ten times the usual: by a model of 110 million parameters an ordinary article takes seconds, not milliseconds."""

TRIAL_SECONDS = 300.0
"""Reading a gigabyte of weights from a slow disk takes less."""


def entity_models(settings: Settings) -> Transformers:
    """The models by their settings; their files are read to name them, but nothing is loaded.

    Raises SettingsError that names the setting and what is wrong with its folder.
    """
    limit = settings.worker_memory_bytes
    return Transformers(
        korean=_looked("SILLOK_ENTITY_MODEL_KOREAN", settings.entity_model_korean, limit),
        other=_looked("SILLOK_ENTITY_MODEL_OTHER", settings.entity_model_other, limit),
    )


def _looked(name: str, path: Path | None, limit_bytes: int) -> Folder | None:
    if path is None:
        return None
    try:
        return look(path, limit_bytes)
    except TransformerError as error:
        raise SettingsError(f"{name} cannot be used: {error}") from None
    except OSError as error:
        raise SettingsError(f"{name} cannot be used: {error.filename or path}: {error.strerror or error}") from None


def tried(settings: Settings, models: Transformers) -> Transformers:
    """The same models, once a process of their own has loaded them and read a few words with them.

    A damaged model can hang, crash or eat memory: it then costs that process, not this one nor every article a
    deadline. Raises SettingsError where it does. Costs nothing where no model is switched on.
    """
    named = (
        ("SILLOK_ENTITY_MODEL_KOREAN", Transformers(korean=models.korean)),
        ("SILLOK_ENTITY_MODEL_OTHER", Transformers(other=models.other)),
    )
    for name, one in named:
        if one == Transformers():
            continue
        with Workers(1, TRIAL_SECONDS, settings.worker_memory_bytes, _nothing) as workers:
            for end in workers.run(_trouble, (one,), 1):
                wrong = end.says if isinstance(end, Lost) else end.result
                if wrong is not None:
                    raise SettingsError(f"{name} cannot be used: {wrong}")
    return models


def _nothing() -> None:
    """No warm-up: loading the model is the work."""


def _trouble(models: tuple[Transformers, ...]) -> str | None:
    return trouble(models[0])


def deadline_share(models: Transformers) -> float:
    """What each further article adds to the deadline of a batch, as a share of the deadline of one."""
    return SHARE_OF_DEADLINE if models == Transformers() else MODEL_SHARE_OF_DEADLINE
