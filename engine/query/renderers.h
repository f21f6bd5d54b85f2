#pragma once

#include <memory>

#include "engine/query/render.h"

namespace learnsql {

// The kinds of renderers behind MakeRenderer, one a file. REQUIRES: a format
// of the kind.

// table, box, column, markdown
std::unique_ptr<Renderer> MakeGridRenderer(const RenderOptions&, TextSink*);
// csv, tsv, list, ascii, tcl, quote, insert, html, line
std::unique_ptr<Renderer> MakeRowRenderer(const RenderOptions&, TextSink*);
// json, jsonl
std::unique_ptr<Renderer> MakeJsonRenderer(const RenderOptions&, TextSink*);

}  // namespace learnsql
