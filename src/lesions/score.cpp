// A logistic score. Its weights were fitted to deposits inserted into real films without findings
// (567 blobs of 0.8-30 mm and of 6 % to 100 % of the film's range in 171 films) against every other
// candidate on the same films. Boosted trees on the same features did no better on films left out,
// so the form that can be explained was kept. The intercept was then moved to the operating point,
// and the masks have been smoothed since. It is a yardstick rather than an optimum: inserted blobs
// are not calcinosis.
#include "lesions/score.hpp"

#include <algorithm>
#include <cmath>

namespace calx {
namespace {

double log_between(double value, double low, double high) {
  return std::log(std::clamp(value, low, high));
}

} // namespace

double deposit_score(const Deposit& deposit) {
  const Features& f = deposit.features;
  const double evidence = -7.97                                                //
                          + 0.13 * log_between(*f.contrast_to_noise, 0.05, 50) // clearly brighter
                          + 2.15 * log_between(*f.activity_ratio, 1, 100)      // in quiet tissue
                          + 1.03 * std::clamp(*f.isolation, -2.0, 1.0)         // on every side
                          + 2.99 * log_between(*f.circularity, 0.02, 1)        // compact
                          - 3.95 * std::log(*f.elongation)                     // not a line
                          + 0.75 * log_between(*f.area_mm2, 0.1, 1e4) // not a speck of noise
                          - 0.32 * *f.bone_overlap                    // not on bone
                          - 2.32 * *f.bone_gap_overlap                // not an epiphysis
                          - (deposit.touches_field_edge ? 5.6 : 0)    // not cut off
                          - (deposit.touches_foreign ? 2.7 : 0);      // not a letter
  return 1 / (1 + std::exp(-evidence));
}

} // namespace calx
