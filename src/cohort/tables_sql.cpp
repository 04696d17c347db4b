#include "cohort/tables_sql.hpp"

namespace calx::cohort {

std::string_view indices_and_views() {
  return R"sql(
CREATE UNIQUE INDEX images_record ON images (record);
CREATE INDEX images_sop ON images (sop_instance_uid);
CREATE INDEX images_series ON images (series_instance_uid);
CREATE INDEX images_region ON images (region, suggestion);
CREATE INDEX deposits_record ON deposits (record);
CREATE INDEX deposits_sop ON deposits (sop_instance_uid);
CREATE INDEX deposits_series ON deposits (series_instance_uid);
CREATE INDEX failures_reason ON failures (reason_code);

-- Every file that was looked at, and what became of it.
CREATE VIEW files AS
  SELECT path, root, record, 'done' AS outcome, NULL AS reason_code, sop_instance_uid,
         series_instance_uid, study_instance_uid, bytes FROM images
  UNION ALL SELECT path, root, record, outcome, reason_code, sop_instance_uid,
         series_instance_uid, study_instance_uid, bytes FROM failures
  UNION ALL SELECT path, root, record, outcome, reason_code, sop_instance_uid,
         series_instance_uid, study_instance_uid, bytes FROM skipped;

CREATE VIEW outcomes AS
  SELECT outcome, count(*) AS files FROM files GROUP BY outcome ORDER BY outcome;

-- One row an image, also where nothing was found.
CREATE VIEW deposits_per_image AS
  SELECT i.path, i.record, i.sop_instance_uid, i.series_instance_uid, i.region, i.view,
         i.laterality, i.suggestion, i.suggestion_confidence, i.deposits, i.deposit_area_mm2,
         max(d.max_feret_mm) AS largest_deposit_mm
  FROM images i LEFT JOIN deposits d ON d.record = i.record AND d.kind = 'deposit'
  GROUP BY i.rowid ORDER BY i.rowid;

CREATE VIEW deposits_per_series AS
  SELECT series_instance_uid, study_instance_uid, count(*) AS images, sum(deposits) AS deposits,
         sum(deposit_area_mm2) AS deposit_area_mm2
  FROM images GROUP BY series_instance_uid, study_instance_uid ORDER BY series_instance_uid;

CREATE VIEW suggestions_by_region AS
  SELECT region, suggestion, count(*) AS images, avg(suggestion_confidence) AS mean_confidence
  FROM images GROUP BY region, suggestion ORDER BY region, suggestion;

CREATE VIEW kinds_by_region AS
  SELECT region, kind, count(*) AS findings, count(DISTINCT record) AS images,
         avg(area_mm2) AS mean_area_mm2
  FROM deposits GROUP BY region, kind ORDER BY region, kind;

CREATE VIEW deposits_by_prominence AS
  SELECT region, nearest_prominence, count(*) AS deposits,
         avg(nearest_prominence_mm) AS mean_distance_mm
  FROM deposits WHERE kind = 'deposit'
  GROUP BY region, nearest_prominence ORDER BY region, nearest_prominence;

CREATE VIEW failures_by_reason AS
  SELECT outcome, reason_code, count(*) AS files
  FROM failures GROUP BY outcome, reason_code ORDER BY outcome, reason_code;

CREATE VIEW images_without_spacing AS
  SELECT path, record, sop_instance_uid, region FROM images WHERE spacing_row_mm IS NULL;
)sql";
}

} // namespace calx::cohort
