// A simulated film as a DICOM object: DX or CR For Presentation.
#pragma once

#include "simulate/film/header.hpp"

#include <string>

namespace calx::simulate {

/// The file's bytes. Nobody's name: the patient is called SIMULATED, and every UID is a number
/// under 2.25 made from what the film is. Errors: internal, where DCMTK refuses.
Result<std::string> dicom_bytes(const Film& film, const Header& header);

} // namespace calx::simulate
