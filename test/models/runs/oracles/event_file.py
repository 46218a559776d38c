"""An event file by TensorBoard's own writer, and what TensorBoard's own reader finds in it, for test/models/runs/tensorboard.test.ts.

    pip install tensorboard==2.21.0
    python test/models/runs/oracles/event_file.py > test/models/runs/oracles/event-file.json

The test asserts that ours are the same bytes. To read any folder of ours: python event_file.py FOLDER
"""
import base64
import json
import os
import sys
import tempfile

import tensorboard
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
from tensorboard.compat.proto.event_pb2 import Event
from tensorboard.compat.proto.summary_pb2 import Summary, SummaryMetadata
from tensorboard.compat.proto.tensor_pb2 import TensorProto
from tensorboard.compat.proto.tensor_shape_pb2 import TensorShapeProto
from tensorboard.summary.writer.record_writer import RecordWriter


def found(folder):
    accumulator = EventAccumulator(folder, size_guidance={"scalars": 0, "tensors": 0})
    accumulator.Reload()
    tags = accumulator.Tags()
    return {
        "scalars": {tag: [[e.wall_time, e.step, e.value] for e in accumulator.Scalars(tag)] for tag in tags["scalars"]},
        "texts": {tag: [e.tensor_proto.string_val[0].decode() for e in accumulator.Tensors(tag)] for tag in tags["tensors"]},
    }


def scalars(time, step, values):
    parts = [Summary.Value(tag=tag, simple_value=value) for tag, value in values.items()]
    return Event(wall_time=time, step=step, summary=Summary(value=parts))


def text(time, tag, content):
    tensor = TensorProto(dtype="DT_STRING", string_val=[content.encode()], tensor_shape=TensorShapeProto())
    metadata = SummaryMetadata(plugin_data=SummaryMetadata.PluginData(plugin_name="text"))
    return Event(wall_time=time, step=0, summary=Summary(value=[Summary.Value(tag=tag, tensor=tensor, metadata=metadata)]))


if len(sys.argv) > 1:
    json.dump(found(sys.argv[1]), sys.stdout)
    sys.exit()

START = 1700000000.25
with tempfile.TemporaryDirectory() as folder:
    path = os.path.join(folder, "events.out.tfevents.1700000000.flashlab.0")
    with open(path, "wb") as file:
        writer = RecordWriter(file)
        for event in [
            Event(wall_time=START, file_version="brain.Event:2"),
            text(START + 1, "settings", "| rate |\n|---|\n| 0,001 é 价 |"),
            scalars(START + 2, 0, {"training/loss": 0.6931471805599453, "validation/auc": 0.5}),
            scalars(START + 3, 1, {"training/loss": 1e-30, "validation/auc": -0.125}),
            scalars(START + 4, 300, {"training/loss": 12345678.0}),
            scalars(START + 5, 5000000000, {"training/loss": 65504.0}),
        ]:
            writer.write(event.SerializeToString())
        writer.flush()
    with open(path, "rb") as file:
        written = file.read()
    result = {"versions": {"tensorboard": tensorboard.__version__}, "base64": base64.b64encode(written).decode(),
              "found": found(folder)}
json.dump(result, sys.stdout)
print()
