"""Records events with the handler of the released Anonymizer, in batches of 50.

Usage: anonymizer.py BATCHES, with NEMO_TELEMETRY_ENDPOINT set. Prints the CPU seconds of the process from
the first event to the last answer; the start of Python and the imports are not counted.
"""

import importlib.util
import sys
import time
from importlib.metadata import distribution

BATCH = 50

# The module alone: the package imports libraries that telemetry does not use.
file = distribution("nemo-anonymizer").locate_file("anonymizer/telemetry.py")
spec = importlib.util.spec_from_file_location("telemetry", file)
telemetry = importlib.util.module_from_spec(spec)
sys.modules["telemetry"] = telemetry
spec.loader.exec_module(telemetry)


def event():
    """The event A of the encoding benchmark."""
    model = "nvidia/nemotron-super-49b"
    return telemetry.AnonymizerEvent(
        task=telemetry.TaskEnum.BATCH,
        task_status=telemetry.TaskStatusEnum.COMPLETED,
        job_duration_sec=128.375,
        num_input_records=15000,
        num_success_records=14997,
        num_failure_records=3,
        avg_tokens_per_record=212,
        transformation_type="rewrite",
        custom_privacy_goal_provided=True,
        max_repair_iterations=3,
        repair_iterations_triggered=1,
        entity_detector_model="nvidia/gliner-pii",
        entity_validator_model=model,
        entity_augmenter_model=model,
        disposition_analyzer_model=model,
        rewriter_model=model,
        evaluator_model=model,
        judge_model=model,
        model_hosts=["local", "nvidia-build"],
    )


def run(batches):
    handler = telemetry.TelemetryHandler(source_client_version="0.4.0", session_id="peers")
    for _ in range(batches):
        for _ in range(BATCH):
            handler.enqueue(event())
        handler.flush()


# Imports that happen with the first flush.
run(1)
start = time.process_time()
run(int(sys.argv[1]))
print(time.process_time() - start)
