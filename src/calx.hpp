// The whole library in one include: read a radiograph, analyse it, write what was found.
#pragma once

#include "core/version.hpp"
#include "load/load.hpp"
#include "pipeline/analyse.hpp"
#include "report/report.hpp"
