#pragma once
namespace sil::ingest { struct JsonPlan {}; }
