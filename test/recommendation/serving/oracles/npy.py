"""Arrays as NumPy writes them: python npy.py > npy.json (.venv-bench has NumPy)."""

import base64
import io
import json

import numpy as np

arrays = {
    "floats": np.array([1.5, -2.25, 3e38], "<f4"),
    "doubles": np.array([[0.1, -1e300], [np.pi, 7.0]], "<f8"),
    "integers": np.array([0, 2147483647, -5], "<i4"),
    "empty": np.zeros(0, "<i4"),
}
files = {}
for name, array in arrays.items():
    file = io.BytesIO()
    np.save(file, array)
    files[name] = {
        "file": base64.b64encode(file.getvalue()).decode(),
        "shape": list(array.shape),
        "values": array.ravel().astype(float).tolist(),
    }
print(json.dumps({"made_by": f"numpy {np.__version__}: python npy.py", "files": files}))
