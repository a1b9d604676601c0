"""Contestant of the search benchmark: Optuna's TPE, which is asked and told by lines of JSON, while the trainings run elsewhere.

Reads {"study": {"seed", "space", "pruner"}}, {"ask": true}, {"report": {"epoch", "value"}} or {"tell": value, null or "pruned"}, and
prints a line for each: the parameters, whether the trial is to be pruned, or null.
"""
import json
import sys
import warnings

import optuna

warnings.filterwarnings("ignore")
optuna.logging.set_verbosity(optuna.logging.ERROR)


def pruner_of(spec):
    if spec is None:
        return optuna.pruners.NopPruner()
    least, most, eta = spec["minEpochs"], spec["maxEpochs"], spec["eta"]
    if spec["type"] == "hyperband":
        return optuna.pruners.HyperbandPruner(min_resource=least, max_resource=most, reduction_factor=eta)
    return optuna.pruners.SuccessiveHalvingPruner(min_resource=least, reduction_factor=eta)


def distribution_of(dimension):
    if dimension["type"] == "choice":
        return optuna.distributions.CategoricalDistribution(dimension["values"])
    kind = {"float": optuna.distributions.FloatDistribution, "int": optuna.distributions.IntDistribution}
    return kind[dimension["type"]](dimension["min"], dimension["max"], log=dimension.get("log", False))


study = space = trial = None
for line in sys.stdin:
    said = json.loads(line)
    answer = None
    if "study" in said:
        spec = said["study"]
        space = {path: distribution_of(dimension) for path, dimension in spec["space"].items()}
        study = optuna.create_study(sampler=optuna.samplers.TPESampler(seed=spec["seed"]), pruner=pruner_of(spec["pruner"]))
    elif "ask" in said:
        trial = study.ask(space)
        answer = trial.params
    elif "report" in said:
        trial.report(said["report"]["value"], said["report"]["epoch"])
        answer = trial.should_prune()
    elif said["tell"] == "pruned":
        study.tell(trial, state=optuna.trial.TrialState.PRUNED)
    elif said["tell"] is None:
        study.tell(trial, state=optuna.trial.TrialState.FAIL)
    else:
        study.tell(trial, said["tell"])
    print(json.dumps(answer), flush=True)
