"""Every figure of the model card, from the model folder and the shared films.

    python card.py --films ../../../shared/data/cxr --model ../../Models/cxr-lite0 --baseline FOLDER [--write]

Prints the tables; `--write` puts them into MODEL_CARD.md between its two marks, and the bare figures into figures.json.
"""

from __future__ import annotations

import argparse
import json
import pathlib

import numpy as np

import bf16
import figures
import films as source
import folder as folders
import zoo

BEGIN, END = "<!-- figures: begin -->", "<!-- figures: end -->"
LEAST_POSITIVES = 30
# Which label means something within which source.
WITHIN = {
    "nih14": ("abnormal", "pneumonia", "effusion"),
    "rxtorax": ("effusion", "abnormal"),
    "kermany": ("pneumonia", "abnormal"),
}
PREVALENCES = (0.05, 0.15, 0.40)


class Scored:
    """A model's logits for all validation and test films."""

    def __init__(self, model: folders.ModelFolder, films: source.Films, indices: np.ndarray):
        self.model = model
        self.logits = model.logits(films.pixels[indices])

    def of(self, label: str) -> np.ndarray:
        return self.logits[:, self.model.column(label)]

    def probability(self, label: str) -> np.ndarray:
        return figures.calibrated(self.model.description.get("calibration", {}).get(label), self.of(label))


class Card:
    def __init__(self, films: source.Films, model: folders.ModelFolder, baseline: folders.ModelFolder | None):
        self.films = films
        self.indices = np.array([i for i, film in enumerate(films.table) if film.split in ("val", "test")])
        self.rows = [films.table[index] for index in self.indices]
        self.split = np.array([row.split for row in self.rows])
        self.dataset = np.array([row.dataset for row in self.rows])
        self.patient = np.array([row.patient for row in self.rows])
        self.adult = np.array([not row.is_child for row in self.rows])
        self.model = model
        self.ours = Scored(model, films, self.indices)
        self.theirs = Scored(baseline, films, self.indices) if baseline else None
        self.figures: dict = {}

    def truth(self, label: str) -> np.ndarray:
        return np.array([row.label(label) for row in self.rows])

    def tables(self) -> str:
        parts = [self.discrimination(), self.against_baseline(), self.calibration(), self.thresholds(), self.gate(), self.sources(), self.with_bf16()]
        return "\n\n".join(part for part in parts if part)

    def discrimination(self) -> str:
        lines = [
            "### How well it ranks",
            "",
            "AUROC [95 % interval, bootstrap over patients], within each source. Pooled figures would measure the sources, not the findings.",
            "",
            "| source | finding | validation | films (patients), positive | test | films (patients), positive |",
            "|---|---|---|---|---|---|",
        ]
        for dataset, labels in WITHIN.items():
            for label in labels:
                cells = []
                for split in ("val", "test"):
                    chosen = (self.dataset == dataset) & (self.split == split) & ~np.isnan(self.truth(label))
                    truth, patients = self.truth(label)[chosen], self.patient[chosen]
                    interval = figures.auroc_interval(truth, self.ours.of(label)[chosen], patients)
                    positive = int(truth.sum())
                    cells += [str(interval), f"{len(truth)} ({len(set(patients))}), {positive}"]
                    self.figures[f"auroc {dataset} {label} {split}"] = round(interval.value, 4)
                    if split == "test" and positive < LEAST_POSITIVES:
                        cells[-1] += " (too few for a claim)"
                lines.append(f"| {dataset} | {label} | {' | '.join(cells)} |")
        return "\n".join(lines)

    def against_baseline(self) -> str:
        if self.theirs is None:
            return ""
        lines = [
            "### Against the first model (cxr-lite0-baseline)",
            "",
            "The same films, validation and test together; share of 2,000 paired draws of patients in which this model's AUROC is higher.",
            "",
            "| source | finding | films, positive | first model | this model | in favour |",
            "|---|---|---|---|---|---|",
        ]
        for dataset, label in (("kermany", "pneumonia"), ("rxtorax", "effusion"), ("nih14", "abnormal"), ("nih14", "pneumonia"), ("nih14", "effusion")):
            chosen = (self.dataset == dataset) & ~np.isnan(self.truth(label))
            truth, patients = self.truth(label)[chosen], self.patient[chosen]
            ours, theirs = self.ours.of(label)[chosen], self.theirs.of(label)[chosen]
            share = figures.share_in_favour(truth, ours, theirs, patients)
            self.figures[f"favour {dataset} {label}"] = round(share, 4)
            lines.append(
                f"| {dataset} | {label} | {len(truth)}, {int(truth.sum())} | {figures.auroc(truth, theirs):.4f} | "
                f"{figures.auroc(truth, ours):.4f} | {share * 100:.1f} % |"
            )
        return "\n".join(lines)

    def calibration(self) -> str:
        lines = [
            "### Whether its probabilities can be believed",
            "",
            "Expected calibration error, ten bins of equally many films, before (sigmoid of the logit) and after calibration. Calibrated on",
            "all validation films, of which the share in the last column has the finding: where yours is another, probabilities shift.",
            "",
            "| finding | films | validation before | after | test before | after | share with it, validation |",
            "|---|---|---|---|---|---|---|",
        ]
        tables = []
        for label in source.SHOWN:
            truth = self.truth(label)
            for group, members in (("all", np.ones(len(truth), bool)), ("adults", self.adult), ("children", ~self.adult)):
                cells, share = [], float("nan")
                for split in ("val", "test"):
                    chosen = members & (self.split == split) & ~np.isnan(truth)
                    if not 0 < truth[chosen].sum() < chosen.sum():
                        cells += ["–", "–"]
                        continue
                    raw, fitted = figures.sigmoid(self.ours.of(label)[chosen]), self.ours.probability(label)[chosen]
                    before, after = (figures.calibration_error(values, truth[chosen]) for values in (raw, fitted))
                    cells += [f"{before:.3f}", f"{after:.3f}"]
                    self.figures[f"calibration error {label} {group} {split}"] = round(after, 4)
                    share = share if split == "test" else float(truth[chosen].mean())
                if cells != ["–"] * 4:
                    lines.append(f"| {label} | {group} | {' | '.join(cells)} | {share * 100:.1f} % |")
            chosen = (self.split == "test") & ~np.isnan(truth)
            bins = figures.reliability(self.ours.probability(label)[chosen], truth[chosen])
            tables.append(f"| {label} | " + " | ".join(f"{mean:.2f} → {share:.2f}" for _, mean, share in bins) + " |")
        lines += [
            "",
            "Reliability on test films, tenths by probability: mean probability → share that has the finding.",
            "",
            "| finding | " + " | ".join(f"{n}" for n in range(1, 11)) + " |",
            "|---" * 11 + "|",
            *tables,
        ]
        return "\n".join(lines)

    def thresholds(self) -> str:
        rule = self.model.description["thresholds"]["rule_out"]
        truth, probability = self.truth("abnormal"), self.ours.probability("abnormal")
        lines = [
            "### Rule-out: which adults' films are likely normal",
            "",
            f"`abnormal` below {rule['below']:g}, adults only. Shares with their exact 95 % intervals (Clopper and Pearson); the interval stands",
            "wherever the figure does. Abnormal films are those of nih14, rxtorax and ieee8023; one in ten NIH labels is wrong, and a film whose",
            "report missed something counts here as a miss of ours.",
            "",
            "| split | sensitivity (abnormal films kept) | specificity, nih14 | rxtorax | covid_radiography | tb512 |",
            "|---|---|---|---|---|---|",
        ]
        within = {}
        for split in ("val", "test"):
            adults = self.adult & (self.split == split)
            abnormal = adults & (truth == 1)
            kept = figures.clopper_pearson(int((probability[abnormal] >= rule["below"]).sum()), int(abnormal.sum()))
            self.figures[f"rule-out sensitivity {split}"] = round(kept.value, 4)
            cells = [f"{kept} ({int(abnormal.sum())})"]
            for dataset in ("nih14", "rxtorax", "covid_radiography", "tb512"):
                normal = adults & (truth == 0) & (self.dataset == dataset)
                ruled_out = figures.clopper_pearson(int((probability[normal] < rule["below"]).sum()), int(normal.sum()))
                cells.append(f"{ruled_out} ({int(normal.sum())})")
                self.figures[f"rule-out specificity {dataset} {split}"] = round(ruled_out.value, 4)
            lines.append(f"| {split} | {' | '.join(cells)} |")
            normal = adults & (truth == 0) & np.isin(self.dataset, ("nih14", "rxtorax"))
            within[split] = (kept.value, float((probability[normal] < rule["below"]).mean()))
        lines += [
            "",
            "What that would mean in a department (test films; normal films of nih14 and rxtorax):",
            "",
            "| share of abnormal films | ruled out, of all films | abnormal among those ruled out | missed, per 1,000 films |",
            "|---|---|---|---|",
        ]
        sensitivity, specificity = within["test"]
        for prevalence in PREVALENCES:
            _, npv = figures.predictive_values(sensitivity, specificity, prevalence)
            out = specificity * (1 - prevalence) + (1 - sensitivity) * prevalence
            lines.append(
                f"| {prevalence * 100:.0f} % | {out * 100:.1f} % | {(1 - npv) * 100:.1f} % | {(1 - sensitivity) * prevalence * 1000:.1f} |"
            )
        lines += ["", "### Urgent", "", "| finding | from | source | sensitivity, test | specificity, test | PPV at 5, 15, 40 % |", "|---|---|---|---|---|---|"]
        for label, threshold in self.model.description["thresholds"]["urgent"].items():
            for dataset, labels in WITHIN.items():
                if label not in labels:
                    continue
                chosen = (self.dataset == dataset) & (self.split == "test") & ~np.isnan(self.truth(label))
                truth, flagged = self.truth(label)[chosen], self.ours.probability(label)[chosen] >= threshold
                found = figures.clopper_pearson(int(flagged[truth == 1].sum()), int((truth == 1).sum()))
                spared = figures.clopper_pearson(int((~flagged[truth == 0]).sum()), int((truth == 0).sum()))
                values = [figures.predictive_values(found.value, spared.value, p)[0] for p in PREVALENCES]
                lines.append(
                    f"| {label} | {threshold:g} | {dataset} | {found} | {spared} | {', '.join(f'{value * 100:.0f} %' for value in values)} |"
                )
        return "\n".join(lines)

    def gate(self) -> str:
        gate = self.model.description["gate"]

        def refused(logits: np.ndarray) -> figures.Interval:
            below = logits[:, gate["output"]] < gate["refuse_below"]
            return figures.clopper_pearson(int(below.sum()), len(below))

        lines = ["### Not for this model: what the gate refuses", "", f"Refused below a logit of {gate['refuse_below']:g}.", "", "| pictures | how many | refused |", "|---|---|---|"]
        for split in ("val", "test"):
            share = refused(self.ours.logits[self.split == split])
            self.figures[f"gate refuses films {split}"] = round(share.value, 4)
            lines.append(f"| real films, {split} (wrongly) | {int((self.split == split).sum())} | {share} |")
        chosen = self.indices[(self.split == "test") & np.isin(self.dataset, tuple(WITHIN))]
        squares = np.asarray(self.films.pixels[chosen])
        groups = {**zoo.turned(squares), **zoo.others()}
        caught, total = 0, 0
        for name, pictures in groups.items():
            logits = self.model.logits(pictures)
            share = refused(logits)
            caught, total = caught + round(share.value * len(pictures)), total + len(pictures)
            lines.append(f"| {name} | {len(pictures)} | {share} |")
            self.figures[f"gate refuses {name}"] = round(share.value, 4)
        lines.append(f"| **all that are no upright frontal chest film** | {total} | {figures.clopper_pearson(caught, total)} |")
        self.figures["gate refuses others"] = round(caught / total, 4)
        return "\n".join(lines)

    def sources(self) -> str:
        """Whether the scores of normal adults' films tell which hospital they come from."""
        lines = [
            "### Whether the source gives the answer away",
            "",
            "Normal adults' films only, validation and test: how well the score of `abnormal` tells one source from another. 0.5: not at all.",
            "",
            "| sources | films | first model | this model |",
            "|---|---|---|---|",
        ]
        normal = self.adult & (self.truth("abnormal") == 0)
        for one, other in (("nih14", "covid_radiography"), ("rxtorax", "covid_radiography"), ("nih14", "rxtorax"), ("tb512", "covid_radiography")):
            chosen = normal & np.isin(self.dataset, (one, other))
            truth = (self.dataset[chosen] == one).astype(float)
            values = [figures.auroc(truth, scored.of("abnormal")[chosen]) if scored else None for scored in (self.theirs, self.ours)]
            self.figures[f"source {one} {other}"] = round(values[1], 4)
            lines.append(
                f"| {one} / {other} | {int(truth.sum())} / {int((1 - truth).sum())} | "
                + " | ".join("–" if value is None else f"{value:.3f}" for value in values) + " |"
            )  # fmt: skip
        return "\n".join(lines)


    def with_bf16(self) -> str:
        """What rounding the factors of 1×1 convolutions changes (emulated: see bf16.py)."""
        exact = self.model.network
        self.model.network = bf16.network_with_bf16(exact)
        rounded = Scored(self.model, self.films, self.indices)
        self.model.network = exact
        lines = [
            "### With `--precision bf16`",
            "",
            "1×1 convolutions with factors of 8 bits, emulated on all validation and test films: largest and mean difference from 32-bit floats,",
            "and AUROC on validation and test films together.",
            "",
            "| finding | logit, largest | probability, largest | probability, mean | source | AUROC f32 | AUROC bf16 |",
            "|---|---|---|---|---|---|---|",
        ]
        for label, dataset in (("abnormal", "nih14"), ("effusion", "rxtorax"), ("pneumonia", "kermany")):
            logit = np.abs(rounded.of(label) - self.ours.of(label)).max()
            probability = np.abs(rounded.probability(label) - self.ours.probability(label))
            chosen = (self.dataset == dataset) & ~np.isnan(self.truth(label))
            truth = self.truth(label)[chosen]
            before, after = (figures.auroc(truth, scored.of(label)[chosen]) for scored in (self.ours, rounded))
            self.figures[f"bf16 {label} logit"] = round(float(logit), 4)
            self.figures[f"bf16 {dataset} {label} auroc"] = round(after, 4)
            lines.append(
                f"| {label} | {logit:.3f} | {probability.max():.4f} | {probability.mean():.5f} | {dataset} | {before:.4f} | {after:.4f} |"
            )
        return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--films", type=pathlib.Path, required=True)
    parser.add_argument("--cache", type=pathlib.Path, required=True, help="decoded films")
    parser.add_argument("--model", type=pathlib.Path, required=True)
    parser.add_argument("--baseline", type=pathlib.Path, help="the first model's folder, to compare with")
    parser.add_argument("--write", action="store_true", help="put the tables into MODEL_CARD.md and the figures into figures.json")
    arguments = parser.parse_args()
    films = source.Films.read(arguments.films, arguments.cache)
    baseline = folders.ModelFolder(arguments.baseline) if arguments.baseline else None
    card = Card(films, folders.ModelFolder(arguments.model), baseline)
    text = card.tables()
    print(text)
    if arguments.write:
        path = arguments.model / "MODEL_CARD.md"
        old = path.read_text() if path.is_file() else f"{BEGIN}\n{END}\n"
        before, rest = old.split(BEGIN)
        path.write_text(f"{before}{BEGIN}\n{text}\n{END}{rest.split(END)[1]}")
        (arguments.model / "figures.json").write_text(json.dumps(card.figures, indent=1) + "\n")


if __name__ == "__main__":
    main()
