from flexmeasures.domain import errors
from flexmeasures.web.errors import answer_to

OF_OPERATORS = {
    errors.InvalidSetting,
    errors.InvalidInstance,
    errors.InvalidRevision,
    errors.BackupFailure,
    errors.InfeasibleProblem,
    errors.SolverFailure,
}


def test_each_error_of_a_request_has_an_answer() -> None:
    kinds = [kind for kind in vars(errors).values() if isinstance(kind, type)]
    told = {
        kind: answer_to(kind.__new__(kind)).code
        for kind in kinds
        if issubclass(kind, errors.FlexMeasuresError)
    }

    assert {kind for kind, code in told.items() if code == 500} <= OF_OPERATORS | {errors.FlexMeasuresError}


def test_texts_are_put_together() -> None:
    answer = answer_to(errors.MissingValues())

    assert answer.body(errors.MissingValues()) == {
        "result": "Rejected",
        "status": "PTUS_INCOMPLETE",
        "message": "Missing values.",
    }
    assert answer.body(errors.MissingValues("All of them."))["message"] == "Missing values. All of them."
