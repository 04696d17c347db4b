// One radiograph in, findings out: the whole data path behind one call.
#pragma once

#include "core/radiograph.hpp"
#include "core/trace.hpp"
#include "pipeline/params.hpp"
#include "report/findings.hpp"
#include "subtype/subtype.hpp"

namespace calx {

/// What the caller knows beside the pixels, and what it wants beside the findings.
struct AnalyseOptions {
  std::optional<Region> region;    ///< overrides the file's
  std::optional<View> view;        ///< overrides the file's
  ClinicalContext context;         ///< age and sex fall back to the file's
  const Rules* rules = nullptr;    ///< Rules::standard() when null
  bool want_label_map = false;     ///< fill Findings::label_map
  bool want_anatomy_masks = false; ///< fill Findings::body_mask and bone_mask
  Trace trace;                     ///< receives the intermediate images
};

/// Finds, measures and explains. Total: every radiograph gives findings; what could not be done is
/// in their warnings. The same input gives the same findings on any number of threads. Throws only
/// for an empty image (a caller's bug). `Findings::path` is left to the caller.
Findings analyse(const Radiograph& film, const Params& params = {},
                 const AnalyseOptions& options = {});

} // namespace calx
