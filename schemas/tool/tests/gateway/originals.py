"""Sends recorded events with the telemetry modules of released packages. The environment names the endpoint.

Only these modules are loaded, with pydantic and httpx, because the whole packages need hundreds of others.
Prints how many events each product has sent.
"""

import importlib.util
import json
import logging
import pathlib
import sys
import sysconfig
import types

PACKAGES = pathlib.Path(sysconfig.get_path("purelib"))


def stub(name, **members):
    module = types.ModuleType(name)
    module.__path__ = []
    module.__dict__.update(members)
    sys.modules[name] = module


def loaded(name, path):
    spec = importlib.util.spec_from_file_location(name, PACKAGES / path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


def main():
    import httpx

    stub("anonymizer")
    stub("data_designer")
    stub("data_designer.lazy_heavy_imports", httpx=httpx)
    sys.modules["data_designer"].lazy_heavy_imports = sys.modules["data_designer.lazy_heavy_imports"]
    stub("nemo_safe_synthesizer")
    stub("nemo_safe_synthesizer.observability", get_logger=lambda name: types.SimpleNamespace(runtime=logging.getLogger(name)))
    modules = {
        "Anonymizer": loaded("anonymizer.telemetry", "anonymizer/telemetry.py"),
        "Data Designer": loaded("data_designer_telemetry", "data_designer/engine/models/telemetry.py"),
        "Safe Synthesizer": loaded("nemo_safe_synthesizer.telemetry", "nemo_safe_synthesizer/telemetry.py"),
    }
    vectors = json.loads(pathlib.Path(sys.argv[1]).read_text(encoding="utf-8"))["vectors"]
    for product, module in modules.items():
        found = [vector for vector in vectors if vector["product"] == product][:60]
        handler = module.TelemetryHandler(max_queue_size=1000, source_client_version="1.2.3", session_id="session-1")
        with handler:
            for vector in found:
                handler.enqueue(getattr(module, vector["id"].split("/")[0])(**vector["input"]))
        print(json.dumps([product, len(found)]), flush=True)


main()
