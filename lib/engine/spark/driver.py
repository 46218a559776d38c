"""The driver of a Spark application: carries out requests, one JSON object a line on stdin, and answers on stdout.

Runs with any Python that finds pyspark. A request is {"id", "op", ...}; an answer {"id", "ok"} or {"id", "error"}, and
while a statement runs {"id", "progress"}. The first request starts the application. The driver ends when stdin does, however
the other side ended, and leaves no file of its own behind.
"""

import base64
import datetime
import glob
import json
import logging
import os
import queue
import shutil
import sys
import threading

# Answers have stdout to themselves: whatever else is printed, by the JVM too, goes to stderr.
answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
os.dup2(2, 1)
logging.disable(logging.CRITICAL)
writing = threading.Lock()


def answer(**message):
    with writing:
        answers.write(json.dumps(message) + "\n")
        answers.flush()


def value(sent):
    """A bound value as pyspark takes it."""
    kind, content = sent
    if kind == "whole":
        return int(content)
    if kind == "double":
        return float(content.replace("Infinity", "inf"))
    if kind == "time":
        return datetime.datetime(1970, 1, 1) + datetime.timedelta(milliseconds=content)
    if kind == "bytes":
        return bytearray(base64.b64decode(content))
    if kind == "list":
        return [value(item) for item in content]
    return content


def values(sent):
    if sent is None:
        return None
    if isinstance(sent, list):
        return [value(one) for one in sent]
    return {name: value(one) for name, one in sent.items()}


def chain(error):
    """What an error says, and what those say that led to it: the JVM's errors too."""
    said = [str(error)]
    java = getattr(error, "java_exception", None) or getattr(error, "_origin", None)
    for _ in range(20):
        if java is None:
            break
        said.append(str(java.toString()))
        java = java.getCause()
    return said


def explain(error):
    condition = getattr(error, "getCondition", None) or getattr(error, "getErrorClass", None)
    try:
        condition = condition() if condition else None
    except Exception:
        condition = None
    try:
        said = chain(error)
    except Exception:
        said = [str(error)]
    return {"kind": type(error).__name__, "condition": condition, "said": [text[:4000] for text in said]}


class Application:
    def __init__(self, master, conf, scratch):
        from pyspark import SparkConf
        from pyspark.sql import SparkSession

        given = SparkConf().setMaster(master).setAppName("flashlab").setAll(list(conf.items()))
        self.spark = SparkSession.builder.config(conf=given).getOrCreate()
        self.context = self.spark.sparkContext
        self.context.setLogLevel("ERROR")
        self.master = master
        self.identity = self.context.applicationId
        self.scratch = scratch
        self.cancelled = set()
        if "spark.sql.shuffle.partitions" not in conf and master.startswith("local"):
            # A machine's own cores: more parts than twice as many only cost time.
            self.spark.conf.set("spark.sql.shuffle.partitions", str(2 * self.context.defaultParallelism))

    def about(self):
        return {"version": self.spark.version, "application": self.context.applicationId}

    def ended(self):
        """Whether the JVM is gone; out of memory it ends itself."""
        from pyspark import SparkContext

        process = getattr(SparkContext._gateway, "proc", None)
        try:
            return process is not None and process.wait(2) is not None
        except Exception:
            return False

    # One statement's group of jobs can be stopped and watched; a stop also counts for jobs that haven't begun.
    def group(self, identity):
        return f"flashlab-{identity}"

    def cancel(self, identity):
        self.cancelled.add(identity)
        jobs = self.context._jsc.sc()
        try:
            jobs.cancelJobGroupAndFutureJobs(self.group(identity))
        except Exception:
            jobs.cancelJobGroup(self.group(identity))

    def progress(self, identity):
        """Share of the tasks known so far that are done; None before the first."""
        tracker = self.context.statusTracker()
        done = total = 0
        for job in tracker.getJobIdsForGroup(self.group(identity)):
            info = tracker.getJobInfo(job)
            for stage in info.stageIds if info else []:
                found = tracker.getStageInfo(stage)
                if found:
                    done += found.numCompletedTasks
                    total += found.numTasks
        return done / total if total else None

    def statement(self, sql, sent):
        args = values(sent)
        return self.spark.sql(sql) if args is None else self.spark.sql(sql, args=args)

    def run(self, request):
        statements = request["statements"]
        for position, sql in enumerate(statements):
            last = position == len(statements) - 1
            found = self.statement(sql, request.get("values") if last else None)
            executed = found._jdf.queryExecution().commandExecuted().getClass().getSimpleName()
            if executed != "CommandResult":
                found.write.format("noop").mode("overwrite").save()

    def query(self, request):
        """Writes the result to a folder as Parquet, its columns named c0, c1 …; answers with their own names."""
        from pyspark.sql.functions import col
        from pyspark.sql.types import NullType, StringType

        *before, sql = request["statements"]
        for other in before:
            self.statement(other, None)
        found = self.statement(sql, request.get("values"))
        names = list(found.columns)
        found = found.toDF(*[f"c{index}" for index in range(len(names))])
        for field in found.schema.fields:
            kind = field.dataType
            if isinstance(kind, NullType):
                found = found.withColumn(field.name, col(field.name).cast("int"))
            elif kind.typeName().startswith(("interval", "timestamp_nanos", "time(", "variant")):
                found = found.withColumn(field.name, col(field.name).cast(StringType()))
        if names:
            found.write.mode("overwrite").parquet(request["path"])
        return names

    def export(self, request):
        self.statement(request["statements"][0], None).write.mode("errorifexists").parquet(request["path"])

    def describe(self, request):
        schema = self.spark.table(request["name"]).schema
        return [[field.name, field.dataType.simpleString()] for field in schema.fields]

    def kind(self, request):
        """VIEW, TABLE, or None where there is neither."""
        name = request["name"]
        if not self.spark.catalog.tableExists(name):
            return None
        return "VIEW" if self.spark.catalog.getTable(name).tableType == "VIEW" else "TABLE"

    def carry_out(self, request):
        identity = request["id"]
        if identity in self.cancelled:
            raise RuntimeError("stopped before it began")
        self.context.setJobGroup(self.group(identity), request["op"], interruptOnCancel=True)
        return getattr(self, request["op"])(request)

    def leave(self):
        """Without a JVM there is nothing more to do: what waits for an answer hears that the driver has ended."""
        self.sweep()
        shutil.rmtree(self.scratch, ignore_errors=True)
        os._exit(70)

    def stop(self):
        self.spark.stop()
        self.sweep()

    def sweep(self):
        # The workers of local-cluster keep a folder for each application below Spark's own.
        if self.master.startswith("local-cluster"):
            from pyspark.find_spark_home import _find_spark_home

            for folder in glob.glob(os.path.join(_find_spark_home(), "work", self.identity)):
                shutil.rmtree(folder, ignore_errors=True)


OPERATIONS = {"run", "query", "export", "describe", "kind"}


def worker(application, requests):
    while True:
        request = requests.get()
        if request is None:
            return
        identity = request["id"]
        ended = threading.Event()

        def watch():
            while not ended.wait(0.2):
                try:
                    share = application.progress(identity)
                except Exception:
                    continue
                if share is not None:
                    answer(id=identity, progress=share)

        if request.get("progress"):
            threading.Thread(target=watch, daemon=True).start()
        try:
            if request["op"] not in OPERATIONS:
                raise ValueError(f"unknown operation {request['op']}")
            found = application.carry_out(request)
            ended.set()
            answer(id=identity, ok=found)
        except BaseException as error:
            ended.set()
            said = explain(error)
            if said["condition"] is None and application.ended():
                application.leave()
            answer(id=identity, error=said)


def main():
    first = json.loads(sys.stdin.readline())
    scratch = first["scratch"]
    requests = queue.Queue()
    application = None
    try:
        try:
            application = Application(first["master"], first["conf"], scratch)
        except BaseException as error:
            answer(id=first["id"], error=explain(error))
            return
        answer(id=first["id"], ok=application.about())
        threading.Thread(target=worker, args=(application, requests), daemon=True).start()
        for line in sys.stdin:
            request = json.loads(line)
            if request["op"] == "cancel":
                application.cancel(request["target"])
            else:
                requests.put(request)
    finally:
        if application is not None:
            try:
                application.stop()
            except Exception:
                pass
        shutil.rmtree(scratch, ignore_errors=True)


main()
