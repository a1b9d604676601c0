"""What one would write by hand: a CSV to a model by scikit-learn, and FastAPI to serve it.

sklearn_endpoint.py CSV TARGET TASK TEST_ROWS PORT: fits on all rows but those of TEST_ROWS (a JSON file of places), prints
{"score"} of those as a line of JSON (accuracy, or R2), and answers POST /predict {"instances": [{feature: value}]}.
"""

import json
import sys
import warnings

import pandas as pd
import uvicorn
from fastapi import FastAPI
from pydantic import BaseModel
from sklearn.compose import TransformedTargetRegressor, make_column_selector, make_column_transformer
from sklearn.impute import SimpleImputer
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

warnings.filterwarnings("ignore")  # "has not converged yet"
path, target, task, test_rows, port = sys.argv[1:]
rows = pd.read_csv(path)
test = rows.index.isin(json.load(open(test_rows)))
x, y = rows.drop(columns=target), rows[target]

features = make_column_transformer(
    (
        make_pipeline(SimpleImputer(strategy="median"), StandardScaler()),
        make_column_selector(dtype_include="number"),
    ),
    (
        make_pipeline(SimpleImputer(strategy="most_frequent"), OneHotEncoder(handle_unknown="ignore")),
        make_column_selector(dtype_exclude="number"),
    ),
)
settings = dict(hidden_layer_sizes=(32, 16), early_stopping=task == "regression", max_iter=500, random_state=1)
if task == "classification":
    model = make_pipeline(features, MLPClassifier(**settings))
else:
    model = TransformedTargetRegressor(make_pipeline(features, MLPRegressor(**settings)), transformer=StandardScaler())
model.fit(x[~test], y[~test])
print(json.dumps({"score": model.score(x[test], y[test])}), flush=True)


class Request(BaseModel):
    instances: list[dict]


app = FastAPI()


@app.post("/predict")
def predict(request: Request):
    frame = pd.DataFrame(request.instances, columns=x.columns).astype(x.dtypes)
    if task == "regression":
        return {"predictions": [{"value": float(value)} for value in model.predict(frame)]}
    names = [str(name) for name in model.classes_]
    return {
        "predictions": [
            {"label": names[row.argmax()], "probabilities": dict(zip(names, row.tolist()))}
            for row in model.predict_proba(frame)
        ]
    }


uvicorn.run(app, host="127.0.0.1", port=int(port), log_level="warning")
