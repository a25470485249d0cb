# What people do with the official Python SDK, done to the emulator: each function named scenario_* is one test.
# Run with DATABRICKS_HOST and DATABRICKS_TOKEN set; prints one line of JSON for each scenario.
import base64
import datetime
import html
import io
import json
import re
import sys
import time
import traceback
import urllib.parse

from databricks.sdk import WorkspaceClient
from databricks.sdk.errors import AlreadyExists, BadRequest, DatabricksError, InvalidParameterValue, InvalidState, NotFound, OperationFailed, ResourceConflict, ResourceDoesNotExist
from databricks.sdk.service import catalog, compute, dataquality, jobs, pipelines, sharing, sql, workspace

RunIf = jobs.RunIf
LIMIT = datetime.timedelta(seconds=120)
RUNTIME, NODE = "16.4.x-scala2.12", "m5d.large"


def hurry():
    """The SDK looks every second or more: here ten times as often."""
    sleep = time.sleep
    time.sleep = lambda seconds: sleep(min(seconds, 0.1))


# What the emulator answered and the SDK does not know, by class and field.
strange = {}


def watch(module):
    """Compares every answer with what the SDK made of it: a field that got lost, or a word that it has no member for, is noted."""
    for kind in list(vars(module).values()):
        if isinstance(kind, type) and kind.__module__ == module.__name__ and "from_dict" in vars(kind):
            kind.from_dict = classmethod(watched(kind, vars(kind)["from_dict"].__func__))


def watched(kind, original):
    def from_dict(cls, given):
        made = original(cls, given)
        compare(given, made.as_dict(), kind.__name__)
        return made

    return from_dict


def compare(given, made, place):
    if isinstance(given, dict) and isinstance(made, dict):
        for name, value in given.items():
            # as_dict leaves out what is empty.
            if name in made:
                compare(value, made[name], "%s.%s" % (place, name))
            elif value not in (0, "", False, None, {}, []):
                strange.setdefault("%s.%s" % (place, name), value)
    elif isinstance(given, list) and isinstance(made, list):
        for one, other in zip(given, made):
            compare(one, other, place + "[]")
    elif given != made:
        strange.setdefault(place, [given, made])


class Stage:
    def __init__(self):
        self.w = WorkspaceClient()
        self.home = "/Users/%s/sdk" % self.w.current_user.me().user_name
        self.w.workspace.mkdirs(self.home)
        self.cluster = None
        self.notebook("ok", 'print("hi")', 'dbutils.notebook.exit("done")')
        self.notebook("bad", 'print("before")', "1 / 0")
        self.notebook("slow", 'print("begun")\nimport time\ntime.sleep(600)')
        self.notebook("params", 'dbutils.jobs.taskValues.set("k", [1, {"a": 2}])\nprint(sorted(dbutils.widgets.getAll().items()))',
                      'dbutils.notebook.exit(dbutils.widgets.getArgument("x", "none"))')
        self.notebook("reader", 'dbutils.notebook.exit(str(dbutils.jobs.taskValues.get("params", "k")))')
        self.file("program.py", 'import sys\nprint("args", sys.argv[1:])\nprint("err", file=sys.stderr)\n')
        self.file("query.sql", "select 1; select :p as p;\n")

    def notebook(self, name, *cells):
        source = "# Databricks notebook source\n" + "\n\n# COMMAND ----------\n\n".join(cells) + "\n"
        self.w.workspace.import_(path="%s/%s" % (self.home, name), content=encoded(source), overwrite=True,
                                 format=workspace.ImportFormat.SOURCE, language=workspace.Language.PYTHON)

    def file(self, name, text):
        self.w.workspace.import_(path="%s/%s" % (self.home, name), content=encoded(text), overwrite=True,
                                 format=workspace.ImportFormat.AUTO)

    def of(self, name, **parameters):
        return jobs.NotebookTask(notebook_path="%s/%s" % (self.home, name), base_parameters=parameters or None)

    def task(self, key, notebook="ok", after=(), **more):
        return jobs.Task(task_key=key, notebook_task=self.of(notebook), depends_on=depends(*after), **more)

    def submitted(self, key, notebook="ok", after=(), **more):
        return jobs.SubmitTask(task_key=key, notebook_task=self.of(notebook), depends_on=depends(*after), **more)

    def running_cluster(self):
        """One cluster for the scenarios that only need one."""
        if self.cluster is None:
            self.cluster = self.w.clusters.create(cluster_name="shared", spark_version=RUNTIME, node_type_id=NODE, num_workers=1).result(LIMIT).cluster_id
        self.w.clusters.ensure_cluster_is_running(self.cluster)
        return self.cluster

    def until(self, run_id, holds):
        limit = time.time() + 60
        while time.time() < limit:
            run = self.w.jobs.get_run(run_id)
            if holds(run):
                return run
            time.sleep(0.05)
        raise AssertionError("the run did not come to it: %s" % run)


def encoded(text):
    return base64.b64encode(text.encode()).decode()


def depends(*keys):
    return [key if isinstance(key, jobs.TaskDependency) else jobs.TaskDependency(task_key=key) for key in keys] or None


def results(run):
    return {task.task_key: task.state.result_state.value if task.state.result_state else task.state.life_cycle_state.value for task in run.tasks}


def by_key(run, key):
    return [task for task in run.tasks if task.task_key == key][-1]


def refused(kind, act, *arguments, **options):
    try:
        act(*arguments, **options)
    except kind as error:
        return error
    raise AssertionError("%s was not raised" % kind.__name__)


def is_running(key):
    return lambda run: by_key(run, key).state.life_cycle_state == jobs.RunLifeCycleState.RUNNING


def scenario_run_if_of_every_kind(s):
    job = s.w.jobs.create(name="graph", tasks=[
        s.task("good"), s.task("fails", "bad"),
        s.task("all_success", after=["good", "fails"], run_if=RunIf.ALL_SUCCESS),
        s.task("all_done", after=["good", "fails"], run_if=RunIf.ALL_DONE),
        s.task("none_failed", after=["good", "fails"], run_if=RunIf.NONE_FAILED),
        s.task("one_success", after=["good", "fails"], run_if=RunIf.AT_LEAST_ONE_SUCCESS),
        s.task("one_failed", after=["good", "fails"], run_if=RunIf.AT_LEAST_ONE_FAILED),
        s.task("all_failed", after=["fails"], run_if=RunIf.ALL_FAILED),
        s.task("not_all_failed", after=["good", "fails"], run_if=RunIf.ALL_FAILED),
        s.task("below_excluded", after=["not_all_failed"]),
        s.task("below_skipped", after=["all_success"]),
    ])
    wait = s.w.jobs.run_now(job_id=job.job_id)
    refused(OperationFailed, wait.result, timeout=LIMIT)
    run = s.w.jobs.get_run(wait.run_id)
    assert results(run) == {
        "good": "SUCCESS", "fails": "FAILED", "all_success": "UPSTREAM_FAILED", "all_done": "SUCCESS", "none_failed": "UPSTREAM_FAILED",
        "one_success": "SUCCESS", "one_failed": "SUCCESS", "all_failed": "SUCCESS", "not_all_failed": "EXCLUDED",
        "below_excluded": "EXCLUDED", "below_skipped": "UPSTREAM_FAILED",
    }, results(run)
    assert run.state.life_cycle_state == jobs.RunLifeCycleState.INTERNAL_ERROR and run.state.result_state == jobs.RunResultState.FAILED
    assert run.status.state == jobs.RunLifecycleStateV2State.TERMINATED
    assert run.status.termination_details.code == jobs.TerminationCodeCode.RUN_EXECUTION_ERROR
    assert by_key(run, "all_success").status.termination_details.code == jobs.TerminationCodeCode.SKIPPED


def scenario_output_and_export(s):
    wait = s.w.jobs.submit(run_name="output", tasks=[s.submitted("good"), s.submitted("fails", "bad")])
    refused(OperationFailed, wait.result, timeout=LIMIT)
    run = s.w.jobs.get_run(wait.run_id)
    assert "multiple tasks" in str(refused(InvalidParameterValue, s.w.jobs.get_run_output, wait.run_id))
    good = s.w.jobs.get_run_output(by_key(run, "good").run_id)
    assert good.notebook_output.result == "done" and good.notebook_output.truncated is False and good.error is None
    fails = s.w.jobs.get_run_output(by_key(run, "fails").run_id)
    assert fails.error == "ZeroDivisionError: division by zero" and "1 / 0" in fails.error_trace
    [view] = s.w.jobs.export_run(by_key(run, "fails").run_id).views
    model = re.search(r"__DATABRICKS_NOTEBOOK_MODEL = '([^']*)'", view.content).group(1)
    notebook = json.loads(urllib.parse.unquote(base64.b64decode(model).decode()))
    first, second = sorted(notebook["commands"], key=lambda command: command["position"])
    assert first["results"]["data"][0]["data"] == "before\n" and second["errorSummary"].startswith("ZeroDivisionError")
    assert view.type == jobs.ViewType.NOTEBOOK and html.unescape(view.name) == "bad"


def scenario_repair(s):
    s.notebook("mended", "1 / 0")
    job = s.w.jobs.create(name="repaired", tasks=[s.task("first"), s.task("broken", "mended"), s.task("last", after=["broken"]),
                                                  s.task("cleanup", after=["broken"], run_if=RunIf.ALL_DONE)])
    wait = s.w.jobs.run_now(job_id=job.job_id)
    refused(OperationFailed, wait.result, timeout=LIMIT)
    s.notebook("mended", "1 + 1")
    repair = s.w.jobs.repair_run(run_id=wait.run_id, rerun_all_failed_tasks=True)
    assert repair.result(timeout=LIMIT).state.result_state == jobs.RunResultState.SUCCESS
    run = s.w.jobs.get_run(wait.run_id, include_history=True)
    assert {task.task_key: task.attempt_number for task in run.tasks} == {"first": 0, "broken": 1, "last": 1, "cleanup": 0}
    original, first = run.repair_history
    assert original.type == jobs.RepairHistoryItemType.ORIGINAL and original.state.result_state == jobs.RunResultState.FAILED
    assert first.type == jobs.RepairHistoryItemType.REPAIR and len(first.task_run_ids) == 2
    assert "latest_repair_id" in str(refused(InvalidParameterValue, s.w.jobs.repair_run, wait.run_id, rerun_tasks=["broken"]))
    again = s.w.jobs.repair_run(run_id=wait.run_id, rerun_tasks=["broken"], rerun_dependent_tasks=True, latest_repair_id=first.id)
    run = again.result(timeout=LIMIT)
    assert by_key(run, "last").attempt_number == 2 and by_key(run, "cleanup").attempt_number == 1


def scenario_cancel_while_running_and_while_queued(s):
    job = s.w.jobs.create(name="queue", tasks=[s.task("slow", "slow")], queue=jobs.QueueSettings(enabled=True))
    first, second = s.w.jobs.run_now(job.job_id), s.w.jobs.run_now(job.job_id)
    queued = s.w.jobs.get_run(second.run_id)
    assert queued.state.life_cycle_state == jobs.RunLifeCycleState.QUEUED and queued.state.queue_reason
    assert queued.status.queue_details.code == jobs.QueueDetailsCodeCode.MAX_CONCURRENT_RUNS_REACHED
    assert s.w.jobs.cancel_run_and_wait(second.run_id, timeout=LIMIT).state.result_state == jobs.RunResultState.CANCELED
    s.until(first.run_id, is_running("slow"))
    assert [run.run_id for run in s.w.jobs.list_runs(job_id=job.job_id, active_only=True)] == [first.run_id]
    refused(InvalidState, s.w.jobs.delete_run, first.run_id)
    s.w.jobs.cancel_all_runs(job_id=job.job_id)
    run = first.result(timeout=LIMIT)
    assert run.state.result_state == jobs.RunResultState.CANCELED and run.state.user_cancelled_or_timedout
    assert run.status.termination_details.code == jobs.TerminationCodeCode.USER_CANCELED
    s.w.jobs.delete_run(first.run_id)
    refused(ResourceDoesNotExist, s.w.jobs.get_run, first.run_id)


def scenario_cancel_one_task(s):
    wait = s.w.jobs.submit(run_name="one task", tasks=[s.submitted("slow", "slow"), s.submitted("other", "slow"),
                                                       s.submitted("below", after=["slow"])])
    run = s.until(wait.run_id, lambda run: is_running("slow")(run) and is_running("other")(run))
    assert s.w.jobs.cancel_run(by_key(run, "slow").run_id).result(timeout=LIMIT).state.result_state == jobs.RunResultState.CANCELED
    run = s.until(wait.run_id, lambda run: by_key(run, "below").state.result_state is not None)
    assert results(run) == {"slow": "CANCELED", "other": "RUNNING", "below": "UPSTREAM_CANCELED"}, results(run)
    s.w.jobs.cancel_run(wait.run_id)
    wait.result(timeout=LIMIT)


def scenario_one_run_too_many(s):
    job = s.w.jobs.create(name="single", tasks=[s.task("slow", "slow")])
    first, second = s.w.jobs.run_now(job.job_id), s.w.jobs.run_now(job.job_id)
    skipped = second.result(timeout=LIMIT)
    assert skipped.state.life_cycle_state == jobs.RunLifeCycleState.SKIPPED
    assert skipped.state.result_state == jobs.RunResultState.MAXIMUM_CONCURRENT_RUNS_REACHED
    s.w.jobs.cancel_run_and_wait(first.run_id, timeout=LIMIT)


def scenario_parameters_references_and_values(s):
    job = s.w.jobs.create(
        name="params",
        parameters=[jobs.JobParameterDefinition(name="x", default="1"), jobs.JobParameterDefinition(name="id", default="{{job.id}}")],
        tasks=[
            jobs.Task(task_key="params", notebook_task=s.of("params", key="{{task.name}}")),
            jobs.Task(task_key="reader", notebook_task=s.of("reader"), depends_on=depends("params")),
            jobs.Task(task_key="more", depends_on=depends("params"), condition_task=jobs.ConditionTask(
                op=jobs.ConditionTaskOp.GREATER_THAN, left="{{job.parameters.x}}", right="5")),
            jobs.Task(task_key="yes", notebook_task=s.of("ok"), depends_on=depends(jobs.TaskDependency("more", outcome="true"))),
            jobs.Task(task_key="no", notebook_task=s.of("ok"), depends_on=depends(jobs.TaskDependency("more", outcome="false"))),
            jobs.Task(task_key="each", for_each_task=jobs.ForEachTask(
                inputs='[1, 2, {"a": "b"}]', concurrency=2, task=jobs.Task(task_key="each_one", notebook_task=s.of("params", i="{{input}}")))),
        ])
    wait = s.w.jobs.run_now(job.job_id, job_parameters={"x": "7"})
    wait.result(timeout=LIMIT)
    run = s.w.jobs.get_run(wait.run_id, include_resolved_values=True)
    assert results(run) == {"params": "SUCCESS", "reader": "SUCCESS", "more": "SUCCESS", "yes": "SUCCESS", "no": "EXCLUDED", "each": "SUCCESS"}
    resolved = by_key(run, "params").resolved_values.notebook_task.base_parameters
    assert resolved == {"key": "params", "x": "7", "id": str(job.job_id)}, resolved
    assert [(one.name, one.default, one.value) for one in run.job_parameters] == [("x", "1", "7"), ("id", "{{job.id}}", None)]
    assert s.w.jobs.get_run_output(by_key(run, "params").run_id).notebook_output.result == "7"
    assert s.w.jobs.get_run_output(by_key(run, "reader").run_id).notebook_output.result == "[1, {'a': 2}]"
    assert by_key(run, "more").condition_task.outcome == "true"
    assert by_key(run, "each").for_each_task.stats.task_run_stats.succeeded_iterations == 3
    assert len(s.w.jobs.get_run(by_key(run, "each").run_id).iterations) == 3
    refused(InvalidParameterValue, s.w.jobs.run_now, job.job_id, notebook_params={"a": "b"})


def scenario_other_kinds_of_tasks(s):
    environments = [jobs.JobEnvironment(environment_key="e", spec=compute.Environment(environment_version="2"))]
    program = jobs.SparkPythonTask(python_file="/Workspace%s/program.py" % s.home, parameters=["a", "{{job.run_id}}"])
    [warehouse, *_] = s.w.warehouses.list()
    query = jobs.SqlTask(warehouse_id=warehouse.id, file=jobs.SqlTaskFile(path=s.home + "/query.sql"), parameters={"p": "3"})
    child = s.w.jobs.create(name="child", tasks=[s.task("only")])
    wait = s.w.jobs.submit(run_name="kinds", environments=environments, tasks=[
        jobs.SubmitTask(task_key="python", environment_key="e", spark_python_task=program),
        jobs.SubmitTask(task_key="sql", sql_task=query),
        jobs.SubmitTask(task_key="job", run_job_task=jobs.RunJobTask(job_id=child.job_id)),
    ])
    run = wait.result(timeout=LIMIT)
    python = s.w.jobs.get_run_output(by_key(run, "python").run_id)
    assert python.logs == "args ['a', '%d']\nerr\n" % wait.run_id and python.logs_truncated is False, python.logs
    sql = s.w.jobs.get_run_output(by_key(run, "sql").run_id).sql_output.query_output
    assert len(sql.sql_statements) == 2 and sql.warehouse_id == warehouse.id
    started = s.w.jobs.get_run_output(by_key(run, "job").run_id).run_job_output.run_id
    assert s.w.jobs.get_run(started).state.result_state == jobs.RunResultState.SUCCESS


def scenario_retries_and_limits_of_time(s):
    wait = s.w.jobs.submit(run_name="retried", tasks=[s.submitted("bad", "bad", max_retries=2, min_retry_interval_millis=50)])
    run = s.until(wait.run_id, lambda run: run.status.state == jobs.RunLifecycleStateV2State.TERMINATED)
    assert [task.attempt_number for task in run.tasks] == [0, 1, 2]
    late = s.w.jobs.submit(run_name="late", tasks=[s.submitted("slow", "slow", timeout_seconds=1)])
    run = s.until(late.run_id, lambda run: run.status.state == jobs.RunLifecycleStateV2State.TERMINATED)
    assert run.state.result_state == jobs.RunResultState.TIMEDOUT


def scenario_clusters_of_jobs(s):
    spec = compute.ClusterSpec(spark_version=RUNTIME, node_type_id=NODE, num_workers=1)
    job = s.w.jobs.create(name="clusters", job_clusters=[jobs.JobCluster("shared", spec)], tasks=[
        s.task("a", job_cluster_key="shared"), s.task("b", job_cluster_key="shared", after=["a"]), s.task("c", new_cluster=spec),
        s.task("d", existing_cluster_id=s.running_cluster())])
    run = s.w.jobs.run_now(job.job_id).result(timeout=LIMIT)
    used = {task.task_key: task.cluster_instance.cluster_id for task in run.tasks}
    assert used["a"] == used["b"] != used["c"] and used["d"] == s.cluster
    assert by_key(run, "a").cluster_instance.spark_context_id
    wanted = compute.ListClustersFilterBy(cluster_sources=[compute.ClusterSource.JOB])
    ended = {cluster.cluster_id for cluster in s.w.clusters.list(filter_by=wanted)}
    assert {used["a"], used["c"]} <= ended


def scenario_jobs_are_kept_changed_and_found(s):
    cron = jobs.CronSchedule(quartz_cron_expression="0 0 12 * * ?", timezone_id="UTC", pause_status=jobs.PauseStatus.PAUSED)
    rule = jobs.JobsHealthRule(metric=jobs.JobsHealthMetric.RUN_DURATION_SECONDS, op=jobs.JobsHealthOperator.GREATER_THAN, value=10)
    job = s.w.jobs.create(name="Kept", tasks=[s.task("a"), s.task("b")], schedule=cron, tags={"k": "v"}, description="d",
                          email_notifications=jobs.JobEmailNotifications(on_failure=["a@example.com"]),
                          health=jobs.JobsHealthRules(rules=[rule]))
    settings = s.w.jobs.get(job.job_id).settings
    assert (settings.schedule, settings.tags, settings.health.rules) == (cron, {"k": "v"}, [rule])
    s.w.jobs.update(job.job_id, new_settings=jobs.JobSettings(name="Changed", tasks=[s.task("c")]), fields_to_remove=["tasks/b", "schedule"])
    settings = s.w.jobs.get(job.job_id).settings
    assert (settings.name, [task.task_key for task in settings.tasks], settings.schedule) == ("Changed", ["a", "c"], None)
    s.w.jobs.reset(job.job_id, jobs.JobSettings(name="Reset", tasks=[s.task("z")]))
    assert [found.job_id for found in s.w.jobs.list(name="reset")] == [job.job_id]
    assert len(list(s.w.jobs.list(limit=1))) == len(list(s.w.jobs.list(limit=100)))
    s.w.jobs.delete(job.job_id)
    refused(ResourceDoesNotExist, s.w.jobs.get, job.job_id)
    always = jobs.ConditionTask(op=jobs.ConditionTaskOp.EQUAL_TO, left="1", right="1")
    big = s.w.jobs.create(name="big", tasks=[
        jobs.Task(task_key="t%d" % i, condition_task=always, depends_on=depends(*(["t%d" % (i - 1)] if i else []))) for i in range(120)])
    assert len(s.w.jobs.get(big.job_id).settings.tasks) == 120
    run = s.w.jobs.run_now(big.job_id).result(timeout=LIMIT)
    assert len(s.w.jobs.get_run(run.run_id).tasks) == 120
    [listed] = [found for found in s.w.jobs.list(expand_tasks=True) if found.job_id == big.job_id][:1]
    assert len(listed.settings.tasks) == 120
    assert len({run.run_id for run in s.w.jobs.list_runs(limit=2)}) == len({run.run_id for run in s.w.jobs.list_runs(limit=24)})


def scenario_the_same_token_gives_the_same_run(s):
    first = s.w.jobs.submit(run_name="once", idempotency_token="sdk-once", tasks=[s.submitted("ok")])
    second = s.w.jobs.submit(run_name="once", idempotency_token="sdk-once", tasks=[s.submitted("ok")])
    assert first.run_id == second.run_id
    first.result(timeout=LIMIT)


def scenario_the_life_of_a_cluster(s):
    clusters = s.w.clusters
    runtime = clusters.select_spark_version(long_term_support=True)
    node = clusters.select_node_type(local_disk=True, min_memory_gb=8)
    cluster_id = clusters.create(cluster_name="life", spark_version=runtime, node_type_id=node, num_workers=1, autotermination_minutes=20).result(LIMIT).cluster_id
    assert refused(InvalidState, clusters.start, cluster_id).error_code == "INVALID_STATE"
    clusters.ensure_cluster_is_running(cluster_id)
    assert clusters.delete(cluster_id).result(LIMIT).state == compute.State.TERMINATED
    assert clusters.get(cluster_id).termination_reason.code == compute.TerminationReasonCode.USER_REQUEST
    clusters.ensure_cluster_is_running(cluster_id)
    clusters.delete(cluster_id)
    clusters.ensure_cluster_is_running(cluster_id)
    assert clusters.restart(cluster_id).result(LIMIT).state == compute.State.RUNNING
    assert clusters.resize(cluster_id, num_workers=3).result(LIMIT).num_workers == 3
    assert clusters.edit(cluster_id, spark_version=runtime, node_type_id=node, num_workers=2, cluster_name="new").result(LIMIT).cluster_name == "new"
    change = compute.UpdateClusterResource(num_workers=1, custom_tags={"t": "1"})
    assert clusters.update(cluster_id, "num_workers,custom_tags", cluster=change).result(LIMIT).custom_tags == {"t": "1"}
    events = [event.type for event in clusters.events(cluster_id, page_size=3)]
    assert events[-1] == compute.EventType.CREATING and compute.EventType.RESIZING in events and None not in events
    running = compute.ListClustersFilterBy(cluster_states=[compute.State.RUNNING])
    assert cluster_id in [cluster.cluster_id for cluster in clusters.list(filter_by=running, page_size=1)]
    clusters.permanent_delete(cluster_id)
    refused(ResourceDoesNotExist, clusters.get, cluster_id)


def scenario_what_clusters_are_made_of(s):
    clusters = s.w.clusters
    assert "gpu" in clusters.select_spark_version(ml=True, gpu=True) and "photon" in clusters.select_spark_version(photon=True)
    assert clusters.select_spark_version(graviton=True) and clusters.select_spark_version(latest=True, scala="2.13")
    for wish in ({"min_gpus": 1}, {"graviton": True}, {"local_disk": True}, {"local_disk_min_size": 500}, {"is_io_cache_enabled": True},
                 {"photon_worker_capable": True, "photon_driver_capable": True}, {"category": "Memory Optimized"}, {"gb_per_core": 8}):
        assert clusters.select_node_type(**wish), wish
    assert clusters.list_zones().default_zone in clusters.list_zones().zones


def scenario_a_cluster_that_does_not_start(s):
    wait = s.w.clusters.create(cluster_name="fails", spark_version=RUNTIME, node_type_id=NODE, num_workers=1,
                               spark_conf={"spark.mortar.emulator.failStart": "CLOUD_PROVIDER_LAUNCH_FAILURE"})
    refused(OperationFailed, wait.result, LIMIT)
    assert s.w.clusters.get(wait.cluster_id).termination_reason.type == compute.TerminationReasonType.CLOUD_FAILURE


def scenario_policies(s):
    policies = s.w.cluster_policies
    definition = {"autotermination_minutes": {"type": "fixed", "value": 30}, "num_workers": {"type": "range", "maxValue": 2, "defaultValue": 1}}
    policy_id = policies.create(name="sdk", definition=json.dumps(definition)).policy_id
    assert json.loads(policies.get(policy_id).definition) == definition
    assert "sdk" in [policy.name for policy in policies.list(sort_column=compute.ListSortColumn.POLICY_NAME, sort_order=compute.ListSortOrder.DESC)]
    refused(InvalidParameterValue, s.w.clusters.create, spark_version=RUNTIME, node_type_id=NODE, num_workers=5, policy_id=policy_id)
    made = s.w.clusters.create(spark_version=RUNTIME, node_type_id=NODE, policy_id=policy_id, apply_policy_default_values=True).result(LIMIT)
    assert (made.autotermination_minutes, made.num_workers, made.policy_id) == (30, 1, policy_id)
    s.w.clusters.permanent_delete(made.cluster_id)
    policies.edit(policy_id, name="sdk two", definition="{}", description="d", max_clusters_per_user=1)
    assert policies.get(policy_id).description == "d"
    refused(InvalidParameterValue, policies.create, name="sdk two", definition="{}")
    refused(InvalidParameterValue, policies.create, name="broken", definition="{")
    policies.delete(policy_id)
    refused(ResourceDoesNotExist, policies.get, policy_id)


def scenario_libraries(s):
    cluster_id = s.running_cluster()
    wanted = [compute.Library(pypi=compute.PythonPyPiLibrary(package="no-such-package-of-mortar"))]
    s.w.libraries.install(cluster_id, wanted)
    limit = time.time() + 60
    while [one.status for one in s.w.libraries.cluster_status(cluster_id)] != [compute.LibraryInstallStatus.FAILED]:
        assert time.time() < limit
        time.sleep(0.1)
    s.w.libraries.uninstall(cluster_id, wanted)
    assert [one.status for one in s.w.libraries.cluster_status(cluster_id)] == [compute.LibraryInstallStatus.UNINSTALL_ON_RESTART]
    s.w.clusters.restart(cluster_id).result(LIMIT)
    assert list(s.w.libraries.cluster_status(cluster_id)) == []
    assert isinstance(list(s.w.libraries.all_cluster_statuses()), list)


def scenario_commands_in_a_context(s):
    cluster_id, execution = s.running_cluster(), s.w.command_execution
    context = execution.create(cluster_id=cluster_id, language=compute.Language.PYTHON).result(LIMIT)
    assert context.status == compute.ContextStatus.RUNNING

    def run(code, language=compute.Language.PYTHON):
        return execution.execute(cluster_id=cluster_id, context_id=context.id, language=language, command=code).result(LIMIT)

    assert run('x = 1\nprint("a")\nx + 1').results.data == "a\n2"
    assert run("x").results.data == "1"
    error = run("1 / 0").results
    assert error.result_type == compute.ResultType.ERROR and "ZeroDivisionError" in error.summary and "1 / 0" in error.cause
    table = run('display([{"a": 1, "b": None}])').results
    assert table.result_type == compute.ResultType.TABLE and table.data == [[1, None]] and [one["name"] for one in table.schema] == ["a", "b"]
    assert run("select 1 as a, 'x' as b", compute.Language.SQL).results.data == [[1, "x"]]
    assert run("%sql select 2").results.data == [[2]]
    assert run("%sh echo shell").results.data == "shell"
    flood = run('for _ in range(30): print("y" * 1_000_000)').results
    assert flood.truncated is True and len(flood.data) < 21 * 1024 * 1024

    slow = execution.execute(cluster_id=cluster_id, context_id=context.id, language=compute.Language.PYTHON, command="import time; time.sleep(600)")
    assert execution.cancel(cluster_id=cluster_id, context_id=context.id, command_id=slow.command_id).result(LIMIT).status == compute.CommandStatus.CANCELLED
    assert run("x").results.data == "1"
    execution.destroy(cluster_id, context.id)
    assert "ContextNotFound" in str(refused(NotFound, run, "x"))


def scenario_a_context_dies_with_its_driver(s):
    cluster_id, execution = s.running_cluster(), s.w.command_execution
    context = execution.create(cluster_id=cluster_id, language=compute.Language.SQL).result(LIMIT)
    s.w.clusters.restart(cluster_id).result(LIMIT)
    assert "ContextNotFound" in str(refused(NotFound, execution.context_status, cluster_id, context.id))
    s.w.clusters.delete(cluster_id).result(LIMIT)
    assert "Invalid state" in str(refused(DatabricksError, execution.create, cluster_id=cluster_id, language=compute.Language.PYTHON))


def scenario_what_is_not_there(s):
    refused(ResourceDoesNotExist, s.w.jobs.get, 1)
    refused(ResourceDoesNotExist, s.w.jobs.get_run, 1)
    refused(InvalidParameterValue, s.w.jobs.run_now, 1)
    refused(InvalidParameterValue, s.w.jobs.create, name="empty", tasks=[])
    refused(ResourceDoesNotExist, s.w.clusters.get, "none")
    refused(InvalidParameterValue, s.w.clusters.create, spark_version="none", node_type_id=NODE, num_workers=1)
    missing = s.w.jobs.submit(run_name="missing", tasks=[s.submitted("a", "no such notebook")])
    refused(OperationFailed, missing.result, timeout=LIMIT)
    run = s.w.jobs.get_run(missing.run_id)
    assert run.status.termination_details.code == jobs.TerminationCodeCode.RESOURCE_NOT_FOUND


def scenario_catalogs_schemas_and_tables(s):
    [warehouse, *_] = s.w.warehouses.list()

    def run(statement):
        done = s.w.statement_execution.execute_statement(statement=statement, warehouse_id=warehouse.id, wait_timeout="50s")
        assert done.status.state == sql.StatementState.SUCCEEDED, done.status

    run("CREATE CATALOG sdk COMMENT 'of the SDK'")
    run("CREATE SCHEMA sdk.deep")
    run("CREATE TABLE sdk.deep.rows (id BIGINT NOT NULL COMMENT 'key', price DECIMAL(8,3), tags ARRAY<STRING>, at TIMESTAMP_NTZ, day DATE)"
        " PARTITIONED BY (day) COMMENT 'kept' TBLPROPERTIES ('a' = 'b')")
    run("CREATE VIEW sdk.deep.seen AS SELECT id FROM sdk.deep.rows")
    for number in range(7):
        run("CREATE SCHEMA sdk.s%d" % number)
    assert {"main", "sdk"} <= {one.name for one in s.w.catalogs.list()}
    assert {one.name for one in s.w.catalogs.list(max_results=1)} == {one.name for one in s.w.catalogs.list(include_browse=True)}
    one = s.w.catalogs.get("sdk")
    assert (one.comment, one.catalog_type, one.full_name) == ("of the SDK", catalog.CatalogType.MANAGED_CATALOG, "sdk")
    expected = sorted(["deep", "default", "information_schema"] + ["s%d" % number for number in range(7)])
    assert sorted(schema.name for schema in s.w.schemas.list("sdk", max_results=2)) == expected
    schema = s.w.schemas.get("sdk.deep")
    assert (schema.catalog_name, schema.full_name) == ("sdk", "sdk.deep") and schema.schema_id
    listed = {table.name: table for table in s.w.tables.list("sdk", "deep", max_results=1)}
    assert set(listed) == {"rows", "seen"}
    table = s.w.tables.get("sdk.deep.rows")
    assert listed["rows"] == table
    assert (table.table_type, table.data_source_format) == (catalog.TableType.MANAGED, catalog.DataSourceFormat.DELTA)
    assert (table.comment, table.properties, table.owner) == ("kept", {"a": "b"}, s.w.current_user.me().user_name)
    names = catalog.ColumnTypeName
    assert [(column.name, column.type_text, column.type_name, column.nullable) for column in table.columns] == [
        ("id", "bigint", names.LONG, False), ("price", "decimal(8,3)", names.DECIMAL, True), ("tags", "array<string>", names.ARRAY, True),
        ("at", "timestamp_ntz", names.TIMESTAMP_NTZ, True), ("day", "date", names.DATE, True)]
    assert (table.columns[0].comment, table.columns[1].type_scale, table.columns[4].partition_index) == ("key", 3, 0)
    assert json.loads(table.columns[2].type_json)["type"] == {"type": "array", "elementType": "string", "containsNull": True}
    assert listed["seen"].table_type == catalog.TableType.VIEW and "sdk.deep.rows" in listed["seen"].view_definition
    bare = next(s.w.tables.list("sdk", "deep", omit_columns=True, omit_properties=True, omit_username=True))
    assert not bare.columns and not bare.properties and bare.owner is None
    assert s.w.tables.exists("sdk.deep.rows").table_exists and not s.w.tables.exists("sdk.deep.none").table_exists
    assert "Catalog 'none'" in str(refused(NotFound, s.w.catalogs.get, "none"))
    assert "Schema 'sdk.none'" in str(refused(NotFound, list, s.w.tables.list("sdk", "none")))
    assert "Table 'sdk.deep.none'" in str(refused(NotFound, s.w.tables.get, "sdk.deep.none"))
    assert refused(NotFound, s.w.schemas.get, "none.x").error_code == "CATALOG_DOES_NOT_EXIST"


def statement(s, text):
    [warehouse, *_] = s.w.warehouses.list()
    done = s.w.statement_execution.execute_statement(statement=text, warehouse_id=warehouse.id, wait_timeout="50s")
    assert done.status.state == sql.StatementState.SUCCEEDED, done.status
    return done.result.data_array if done.result else None


def scenario_objects_of_a_catalog_are_made_and_changed(s):
    made = s.w.catalogs.create("made", comment="it's", properties={"a": "b"})
    assert (made.name, made.comment, made.properties) == ("made", "it's", {"a": "b"})
    refused(ResourceConflict, s.w.catalogs.create, "made")
    assert s.w.catalogs.update("made", isolation_mode=catalog.CatalogIsolationMode.ISOLATED, owner="ada").owner == "ada"
    s.w.schemas.create("deep", "made", comment="x")
    assert s.w.schemas.update("made.deep", comment="y").comment == "y"
    volume = s.w.volumes.create("made", "deep", "files", catalog.VolumeType.MANAGED, comment="f")
    assert volume.full_name == "made.deep.files"
    assert s.w.volumes.update("made.deep.files", new_name="papers").name == "papers"
    statement(s, "CREATE TABLE made.deep.t (region STRING, amount INT)")
    s.w.tables.update("made.deep.t", owner="bob")
    assert s.w.tables.get("made.deep.t").owner == "bob"
    statement(s, "CREATE FUNCTION made.deep.mine(r STRING, n INT) RETURNS BOOLEAN COMMENT 'c' RETURN r = 'EU' OR n > 5")
    [function] = s.w.functions.list("made", "deep", max_results=1)
    assert function == s.w.functions.get("made.deep.mine")
    assert (function.full_data_type, function.routine_body, function.comment) == ("boolean", catalog.FunctionInfoRoutineBody.SQL, "c")
    assert [(one.name, one.type_text, one.position) for one in function.input_params.parameters] == [("r", "string", 0), ("n", "int", 1)]
    statement(s, "CREATE FUNCTION made.deep.hide(n INT) RETURNS INT RETURN NULL")
    statement(s, "ALTER TABLE made.deep.t SET ROW FILTER made.deep.mine ON (region, amount)")
    statement(s, "ALTER TABLE made.deep.t ALTER COLUMN amount SET MASK made.deep.hide")
    table = s.w.tables.get("made.deep.t")
    assert (table.row_filter.function_name, table.row_filter.input_column_names) == ("made.deep.mine", ["region", "amount"])
    assert table.columns[1].mask.function_name == "made.deep.hide"
    statement(s, "CREATE VIEW made.deep.m WITH METRICS LANGUAGE YAML AS $$\nversion: 1.1\nsource: made.deep.t\nmeasures: [{name: n, expr: COUNT(1)}]\n$$")
    assert s.w.tables.get("made.deep.m").table_type.value == "METRIC_VIEW"
    s.w.tables.delete("made.deep.m")
    refused(BadRequest, s.w.catalogs.delete, "made")
    s.w.functions.delete("made.deep.hide")
    s.w.catalogs.delete("made", force=True)
    refused(NotFound, s.w.catalogs.get, "made")


def scenario_grants(s):
    Change, P = catalog.PermissionsChange, catalog.Privilege
    s.w.schemas.create("granted", "main")
    place = ("schema", "main.granted")
    answer = s.w.grants.update(*place, changes=[Change(principal="team", add=[P.SELECT, P.USE_SCHEMA])])
    assert [(one.principal, one.privileges) for one in answer.privilege_assignments] == [("team", [P.SELECT, P.USE_SCHEMA])]
    s.w.grants.update("catalog", "main", changes=[Change(principal="team", add=[P.USE_CATALOG])])
    [effective] = s.w.grants.get_effective(*place, principal="team").privilege_assignments
    found = {(one.privilege, one.inherited_from_type, one.inherited_from_name) for one in effective.privileges}
    assert found == {(P.SELECT, None, None), (P.USE_SCHEMA, None, None), (P.USE_CATALOG, catalog.SecurableType.CATALOG, "main")}
    s.w.grants.update(*place, changes=[Change(principal="team", remove=[P.SELECT])])
    [left] = s.w.grants.get(*place, max_results=0).privilege_assignments
    assert left.privileges == [P.USE_SCHEMA]
    assert statement(s, "SHOW GRANTS ON SCHEMA main.granted")[0] == ["team", "USE SCHEMA", "SCHEMA", "main.granted"]
    refused(BadRequest, s.w.grants.update, *place, changes=[Change(principal="team", add=[P.READ_FILES])])
    refused(NotFound, s.w.grants.get, "table", "main.granted.none")
    metastore = s.w.metastores.current().metastore_id
    assert s.w.metastores.summary().metastore_id == metastore
    s.w.grants.update("metastore", metastore, changes=[Change(principal="team", add=[P.CREATE_CATALOG])])


def scenario_storage_and_connections(s):
    made = s.w.storage_credentials.create("sdk-cred", aws_iam_role=catalog.AwsIamRoleRequest("arn:aws:iam::1:role/x"), comment="c")
    assert made.aws_iam_role.role_arn == "arn:aws:iam::1:role/x" and made.aws_iam_role.external_id
    assert "sdk-cred" in [one.name for one in s.w.storage_credentials.list(max_results=1)]
    place = s.w.external_locations.create("sdk-place", "s3://sdk/x", "sdk-cred", read_only=True)
    assert (place.url, place.read_only, place.credential_name) == ("s3://sdk/x", True, "sdk-cred")
    assert s.w.external_locations.update("sdk-place", comment="y").read_only
    results = s.w.storage_credentials.validate(storage_credential_name="sdk-cred", external_location_name="sdk-place").results
    assert {one.operation.value: one.result.value for one in results}["WRITE"] == "SKIP"
    refused(BadRequest, s.w.storage_credentials.delete, "sdk-cred")
    s.w.external_locations.delete("sdk-place")
    s.w.storage_credentials.delete("sdk-cred")
    connection = s.w.connections.create("sdk-pg", catalog.ConnectionType.POSTGRESQL, {"host": "db", "user": "u", "password": "hidden"})
    assert connection.options == {"host": "db", "user": "u"}
    assert s.w.connections.update("sdk-pg", {"host": "db2"}, owner="ada").owner == "ada"
    foreign = s.w.catalogs.create("sdkfar", connection_name="sdk-pg", options={"database": "d"})
    assert foreign.catalog_type == catalog.CatalogType.FOREIGN_CATALOG
    s.w.catalogs.delete("sdkfar", force=True)
    s.w.connections.delete("sdk-pg")
    refused(NotFound, s.w.connections.get, "sdk-pg")


def scenario_sharing(s):
    statement(s, "CREATE TABLE main.default.shared_by_sdk (day INT)")
    s.w.shares.create("sdk-share", comment="c")
    Update, Data = sharing.SharedDataObjectUpdate, sharing.SharedDataObject
    table = Data(name="main.default.shared_by_sdk", data_object_type=sharing.SharedDataObjectDataObjectType.TABLE, shared_as="x.y",
                 partitions=[sharing.Partition([sharing.PartitionValue(name="day", op=sharing.PartitionValueOp.EQUAL, value="1")])])
    [one] = s.w.shares.update("sdk-share", updates=[Update(action=sharing.SharedDataObjectUpdateAction.ADD, data_object=table)]).objects
    assert (one.shared_as, one.status, one.partitions[0].values[0].value) == ("x.y", sharing.SharedDataObjectStatus.ACTIVE, "1")
    assert not s.w.shares.get("sdk-share").objects
    assert len(s.w.shares.get("sdk-share", include_shared_data=True).objects) == 1
    recipient = s.w.recipients.create("sdk-token", sharing.AuthenticationType.TOKEN,
                                      ip_access_list=sharing.IpAccessList(["10.0.0.0/8"]))
    assert len(recipient.tokens) == 1 and not recipient.activated
    assert len(s.w.recipients.rotate_token("sdk-token", 60).tokens) == 2
    s.w.recipients.create("sdk-other", sharing.AuthenticationType.DATABRICKS, data_recipient_global_metastore_id="aws:eu:1")
    Change = sharing.PermissionsChange
    s.w.shares.update_permissions("sdk-share", changes=[Change(principal="sdk-token", add=["SELECT"])])
    [grant] = s.w.shares.share_permissions("sdk-share").privilege_assignments
    assert (grant.principal, [getattr(one, "value", one) for one in grant.privileges]) == ("sdk-token", ["SELECT"])
    [out] = s.w.recipients.share_permissions("sdk-token").permissions_out
    assert out.share_name == "sdk-share"
    assert {"sdk-token", "sdk-other"} <= {one.name for one in s.w.recipients.list(max_results=1)}
    gone = Update(action=sharing.SharedDataObjectUpdateAction.REMOVE, data_object=Data(name=table.name, data_object_type=table.data_object_type))
    assert not s.w.shares.update("sdk-share", updates=[gone]).objects
    s.w.shares.delete("sdk-share")
    s.w.recipients.delete("sdk-token")
    refused(NotFound, s.w.shares.get, "sdk-share")


def scenario_monitors(s):
    statement(s, "CREATE TABLE main.default.watched (a INT)")
    name = "main.default.watched"
    made = s.w.quality_monitors.create(name, "main.default", "/Workspace/x", snapshot=catalog.MonitorSnapshot(),
                                       schedule=catalog.MonitorCronSchedule("0 0 12 * * ?", "UTC"))
    assert made.status == catalog.MonitorInfoStatus.MONITOR_STATUS_ACTIVE and made.profile_metrics_table_name.endswith("watched_profile_metrics")
    assert s.w.quality_monitors.get(name) == made
    refresh = s.w.quality_monitors.run_refresh(name)
    [listed] = s.w.quality_monitors.list_refreshes(name).refreshes
    assert (listed.refresh_id, listed.state) == (refresh.refresh_id, catalog.MonitorRefreshInfoState.SUCCESS)
    table, schema = s.w.tables.get(name).table_id, s.w.schemas.get("main.default").schema_id
    newer = s.w.data_quality.get_monitor("table", table)
    assert newer.data_profiling_config.monitored_table_name == name and newer.data_profiling_config.output_schema_id == schema
    assert s.w.data_quality.create_refresh("table", table, dataquality.Refresh(object_type="table", object_id=table)).refresh_id
    listed = list(s.w.data_quality.list_refresh("table", table, page_size=1))
    assert [one.state for one in listed] == [dataquality.RefreshState.MONITOR_REFRESH_STATE_SUCCESS] * 2
    s.w.quality_monitors.delete(name)
    refused(NotFound, s.w.quality_monitors.get, name)
    days = [dataquality.AggregationGranularity.AGGREGATION_GRANULARITY_1_DAY]
    times = dataquality.TimeSeriesConfig(granularities=days, timestamp_column="a")
    config = dataquality.DataProfilingConfig(output_schema_id=schema, assets_dir="/Workspace/x", time_series=times,
                                             schedule=dataquality.CronSchedule("0 0 12 * * ?", "UTC"))
    s.w.data_quality.create_monitor(dataquality.Monitor(object_type="table", object_id=table, data_profiling_config=config))
    assert s.w.data_quality.get_monitor("table", table).data_profiling_config.time_series == times
    assert s.w.quality_monitors.get(name).time_series.granularities == ["1 day"]
    s.w.data_quality.delete_monitor("table", table)
    refused(NotFound, s.w.data_quality.get_monitor, "table", table)


def scenario_pipelines(s):
    path = "/Workspace/Users/%s/sdk_pipeline.sql" % s.w.current_user.me().user_name
    text = base64.b64encode(b"CREATE OR REFRESH MATERIALIZED VIEW of_sdk AS SELECT 1 AS a").decode()
    s.w.workspace.import_(path, format=workspace.ImportFormat.AUTO, overwrite=True, content=text)
    libraries = [pipelines.PipelineLibrary(file=pipelines.FileLibrary(path=path))]
    made = s.w.pipelines.create(name="sdk", catalog="main", schema="sdk", serverless=True, libraries=libraries).pipeline_id
    refused(ResourceConflict, s.w.pipelines.create, name="sdk", catalog="main", schema="sdk", libraries=libraries)
    assert [one.pipeline_id for one in s.w.pipelines.list_pipelines(filter="name LIKE 'sd%'")] == [made]

    update = s.w.pipelines.start_update(made, full_refresh=True).update_id
    refused(ResourceConflict, s.w.pipelines.start_update, made)
    ends = (pipelines.UpdateInfoState.COMPLETED, pipelines.UpdateInfoState.FAILED)
    while (info := s.w.pipelines.get_update(made, update).update).state not in ends:
        pass
    assert (info.state, info.full_refresh, info.config.name) == (ends[0], True, "sdk"), info
    told = s.w.pipelines.get(made)
    assert (told.state, told.latest_updates[0].update_id) == (pipelines.PipelineState.IDLE, update)
    assert s.w.pipelines.list_updates(made).updates[0].update_id == update
    events = list(s.w.pipelines.list_pipeline_events(made, max_results=2))
    assert events[0].event_type == "update_progress" and events[-1].event_type == "user_action" and len(events) > 6
    assert list(s.w.pipelines.list_pipeline_events(made, filter="level='ERROR'")) == []
    assert s.w.tables.get("main.sdk.of_sdk").table_type == catalog.TableType.MATERIALIZED_VIEW

    changed = {"name": "sdk", "catalog": "main", "schema": "sdk", "libraries": libraries}
    s.w.pipelines.update(made, continuous=True, expected_last_modified=told.last_modified, **changed)
    refused(ResourceConflict, s.w.pipelines.update, made, expected_last_modified=told.last_modified, **changed)
    s.w.pipelines.start_update(made)
    s.w.pipelines.stop(made).result(timeout=LIMIT)
    s.w.pipelines.update(made, **changed)
    job = s.w.jobs.create(name="of a pipeline", tasks=[jobs.Task(task_key="fill", pipeline_task=jobs.PipelineTask(pipeline_id=made))])
    run = s.w.jobs.run_now(job.job_id, pipeline_params=jobs.PipelineParams(full_refresh=True)).result(timeout=LIMIT)
    assert run.state.result_state == jobs.RunResultState.SUCCESS
    s.w.pipelines.delete(made)
    refused(NotFound, s.w.pipelines.get, made)
    refused(NotFound, s.w.tables.get, "main.sdk.of_sdk")


def scenario_files_of_a_volume(s):
    [warehouse, *_] = s.w.warehouses.list()
    make = "CREATE VOLUME main.default.of_the_sdk COMMENT 'files'"
    done = s.w.statement_execution.execute_statement(statement=make, warehouse_id=warehouse.id, wait_timeout="50s")
    assert done.status.state == sql.StatementState.SUCCEEDED, done.status
    root = "/Volumes/main/default/of_the_sdk"
    one = s.w.volumes.read("main.default.of_the_sdk")
    assert (one.full_name, one.volume_type, one.comment) == ("main.default.of_the_sdk", catalog.VolumeType.MANAGED, "files")
    assert "of_the_sdk" in [volume.name for volume in s.w.volumes.list("main", "default", max_results=1)]
    small, large = "za\u017c\u00f3\u0142\u0107".encode(), bytes(range(256)) * 240_000
    for path, content in ((root + "/a b#%.txt", small), (root + "/new/er/empty", b""), (root + "/new/large.bin", large)):
        s.w.files.upload(path, io.BytesIO(content))
        assert s.w.files.download(path).contents.read() == content
        facts = s.w.files.get_metadata(path)
        assert (facts.content_length, facts.content_type) == (len(content), "application/octet-stream")
        assert facts.last_modified
    refused(AlreadyExists, s.w.files.upload, root + "/a b#%.txt", io.BytesIO(b"2"))
    s.w.files.upload(root + "/a b#%.txt", io.BytesIO(b"2"), overwrite=True)
    listed = {entry.name: entry for entry in s.w.files.list_directory_contents(root, page_size=1)}
    assert set(listed) == {"a b#%.txt", "new"} and listed["new"].is_directory and listed["new"].path == root + "/new"
    assert (listed["a b#%.txt"].file_size, bool(listed["a b#%.txt"].is_directory)) == (1, False)
    s.w.files.create_directory(root + "/new/er/est")
    s.w.files.get_directory_metadata(root + "/new/er/est")
    refused(NotFound, s.w.files.get_directory_metadata, root + "/none")
    refused(NotFound, s.w.files.download, root + "/none")
    refused(NotFound, s.w.files.upload, "/Volumes/main/default/none/x", io.BytesIO(b""))
    assert "not empty" in str(refused(BadRequest, s.w.files.delete_directory, root + "/new/er"))
    s.w.files.delete(root + "/new/er/empty")
    s.w.files.delete_directory(root + "/new/er/est")
    s.w.files.delete_directory(root + "/new/er")
    refused(NotFound, s.w.files.delete, root + "/new/er/empty")


# Real workspaces send these too, or they do no harm: the SDK has no fields for them.
EXTRA = re.compile(
    r"\.(format|details|original_attempt_run_id|instance_family|instance_source|driver_instance_source|effective_spark_version|last_activity_time|total_count)$"
    r"|^Run(Output\.metadata)?\.(run_if|task_key|depends_on|environment_key|environments|\w+_task|max_retries|min_retry_interval_millis"
    r"|timeout_seconds|existing_cluster_id|new_cluster|job_cluster_key)$"
    r"|ttributes\.num_workers$")


def scenario_z_no_answer_has_what_the_sdk_does_not_know(_stage):
    unknown = {place: value for place, value in strange.items() if not EXTRA.search(place)}
    assert unknown == {}, unknown


def main():
    hurry()
    for module in (jobs, compute, catalog, dataquality, pipelines, sharing):
        watch(module)
    stage = Stage()
    wanted = sys.argv[1:]
    for name, act in sorted(globals().items()):
        if not name.startswith("scenario_") or (wanted and name not in wanted):
            continue
        trace = None
        try:
            act(stage)
        except BaseException:
            trace = traceback.format_exc()
        sys.stdout.write(json.dumps({"name": name, "trace": trace}) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
