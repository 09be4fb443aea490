"""Where Rasa finds the journeys: one folder each, with a domain, phrases and rules."""

from __future__ import annotations

from pathlib import Path

from rasa.shared.core.domain import Domain
from rasa.shared.importers.rasa import RasaFileImporter

NLU = Path(__file__).resolve().parent.parent


class Journeys(RasaFileImporter):
    """Reads every journey's files by name.

    Rasa would read all YAML it finds, and of two response files with the same key the last would silently win;
    ours are one file per language and are rendered by the product.
    """

    def __init__(
        self,
        config_file: str | None = None,
        domain_path: str | None = None,  # noqa: ARG002 - Rasa passes it; the journeys are the domain
        training_data_paths: list[str] | str | None = None,  # noqa: ARG002
    ) -> None:
        """Take the journeys' own files, whatever paths Rasa was started with."""
        files = [str(path) for name in ("nlu.yml", "rules.yml") for path in sorted(NLU.glob(f"*/{name}"))]
        super().__init__(config_file, None, files)

    def get_domain(self) -> Domain:
        """All journeys' domains as one."""
        domain = Domain.empty()
        for path in sorted(NLU.glob("*/domain.yml")):
            domain = domain.merge(Domain.load(str(path)))
        return domain
