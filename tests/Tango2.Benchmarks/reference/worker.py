"""Times the reference on request: one line of JSON in, one line of JSON out, until the input ends."""
import gc
import json
import os
import sys
import time
import warnings

import torch

import cases
import checkout


def main():
    # What the reference prints goes to stderr; answers alone go to stdout.
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    warnings.simplefilter("ignore")
    torch.set_grad_enabled(False)
    step = None
    for line in sys.stdin:
        request = json.loads(line)
        try:
            if request["op"] == "hello":
                torch.set_num_threads(request["threads"])
                checkout.prepare()
                answer = checkout.versions()
            elif request["op"] == "build":
                step = None
                gc.collect()
                torch.manual_seed(0)
                step, parameters = cases.build(request["case"])
                result = step()
                shape = list(result.shape) if isinstance(result, torch.Tensor) else []
                answer = {"parameters": parameters, "shape": shape}
            else:
                answer = {"ms": [milliseconds(step) for _ in range(request["count"])]}
        except Exception as error:  # the other side must hear of it, whatever it was
            answer = {"error": f"{type(error).__name__}: {error}"}
        answers.write(json.dumps(answer) + "\n")
        answers.flush()


def milliseconds(step):
    """How long one step took."""
    start = time.perf_counter()
    step()
    return (time.perf_counter() - start) * 1000


if __name__ == "__main__":
    main()
