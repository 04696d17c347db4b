// DCMTK prints and tells of damage through its logger only: nothing is printed, damage is noticed.
#pragma once

namespace calx::load {

/// Silences DCMTK and registers its decoders (RLE, JPEG, JPEG-LS), once for the process.
void prepare_dcmtk();

/// Counts the warnings and errors that DCMTK logs on this thread while the object lives. Its JPEG
/// and RLE decoders paint over damage and say so in no other way.
class DecoderComplaints {
public:
  DecoderComplaints();
  int count() const;

private:
  int before_;
};

} // namespace calx::load
