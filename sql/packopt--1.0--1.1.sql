/* packopt 1.0 to 1.1: the life of a suite */

-- complain if the script is sourced in psql rather than by CREATE or ALTER EXTENSION
\echo Use "ALTER EXTENSION packopt UPDATE" to load this file. \quit

-- Bodies and views below mean the server's operators and functions where they name no schema.
SET LOCAL search_path = pg_catalog, pg_temp;

-- What is in use where since when (deployments); what a nightly refresh reads from the shipments, once:
-- the profile of each day; what it computes from that: savings, use of boxes, health. Views only read.

---------------------------------------------------------------------------------------------------
-- Whose rows these are
---------------------------------------------------------------------------------------------------

-- What belongs to a role is read and run with its rights, so it is for those who could become it: members,
-- from version 16 on those that may SET ROLE to it. These are functions and not views, since pg_dump may
-- not read views on the way to a row.
CREATE FUNCTION packopt.own_roles() RETURNS SETOF name
  LANGUAGE sql STABLE PARALLEL SAFE ROWS 10
  BEGIN ATOMIC
    SELECT r.rolname FROM pg_roles r
    WHERE pg_has_role(r.oid, CASE WHEN current_setting('server_version_num')::int < 160000 THEN 'MEMBER' ELSE 'SET' END);
  END;
COMMENT ON FUNCTION packopt.own_roles() IS 'internal: the roles that the current user could become';

CREATE TABLE packopt.readers (
  owner name,
  reader name NOT NULL
);
CREATE UNIQUE INDEX readers_owner_reader ON packopt.readers (owner, reader) WHERE owner IS NOT NULL;
CREATE UNIQUE INDEX readers_reader ON packopt.readers (reader) WHERE owner IS NULL;
COMMENT ON TABLE packopt.readers IS 'which roles may read the savings of which others: see grant_packopt_read';
COMMENT ON INDEX packopt.readers_owner_reader IS 'each grant is kept once';
COMMENT ON INDEX packopt.readers_reader IS 'each grant of everything is kept once';
COMMENT ON COLUMN packopt.readers.owner IS 'role whose savings may be read; NULL = those of all roles';
COMMENT ON COLUMN packopt.readers.reader IS 'role that may read them';
GRANT SELECT, INSERT, DELETE ON packopt.readers TO PUBLIC;
ALTER TABLE packopt.readers ENABLE ROW LEVEL SECURITY;
CREATE POLICY readers_of_own_roles ON packopt.readers USING (owner IN (SELECT o FROM packopt.own_roles() o));
CREATE POLICY readers_see_themselves ON packopt.readers FOR SELECT USING (reader IN (SELECT o FROM packopt.own_roles() o));

CREATE FUNCTION packopt.readable_roles() RETURNS SETOF name
  LANGUAGE sql STABLE PARALLEL SAFE ROWS 10
  BEGIN ATOMIC
    SELECT o FROM packopt.own_roles() o
    UNION ALL
    SELECT r.owner FROM packopt.readers r WHERE r.owner IS NOT NULL AND r.reader IN (SELECT o FROM packopt.own_roles() o)
    UNION ALL
    SELECT a.rolname FROM pg_roles a
    WHERE EXISTS (SELECT FROM packopt.readers r WHERE r.owner IS NULL AND r.reader IN (SELECT o FROM packopt.own_roles() o));
  END;
COMMENT ON FUNCTION packopt.readable_roles() IS 'internal: the roles whose savings the current user may read';

CREATE FUNCTION packopt.may_change(owner name) RETURNS bool
  LANGUAGE sql STABLE STRICT PARALLEL SAFE
  BEGIN ATOMIC
    SELECT may_change.owner IN (SELECT o FROM packopt.own_roles() o)
      OR (SELECT u.rolsuper FROM pg_roles u WHERE u.rolname = CURRENT_USER);
  END;
COMMENT ON FUNCTION packopt.may_change(name) IS 'internal: whether the current user may change the deployments of a role';

CREATE FUNCTION @extschema@.grant_packopt_read(reader name, owner name DEFAULT CURRENT_USER) RETURNS void
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = grant_packopt_read.reader) THEN
    RAISE EXCEPTION 'role "%" does not exist', grant_packopt_read.reader USING ERRCODE = 'undefined_object';
  END IF;
  INSERT INTO packopt.readers (owner, reader) VALUES (grant_packopt_read.owner, grant_packopt_read.reader) ON CONFLICT DO NOTHING;
END
$$;
COMMENT ON FUNCTION @extschema@.grant_packopt_read(name, name) IS
  'lets a role read deployments, savings, use of boxes and health (not the profiles) of the role owner, of which one must be a member; superusers may give NULL for those of all roles';

CREATE FUNCTION @extschema@.revoke_packopt_read(reader name, owner name DEFAULT CURRENT_USER) RETURNS void
  LANGUAGE sql VOLATILE PARALLEL UNSAFE
  BEGIN ATOMIC
    DELETE FROM packopt.readers r
    WHERE r.reader = revoke_packopt_read.reader AND NOT r.owner IS DISTINCT FROM revoke_packopt_read.owner;
  END;
COMMENT ON FUNCTION @extschema@.revoke_packopt_read(name, name) IS 'takes back what grant_packopt_read gave';

---------------------------------------------------------------------------------------------------
-- Tables
---------------------------------------------------------------------------------------------------

CREATE SEQUENCE packopt.deployments_deployment_id_seq;
COMMENT ON SEQUENCE packopt.deployments_deployment_id_seq IS 'numbers the deployments';

CREATE TABLE packopt.deployments (
  deployment_id bigint PRIMARY KEY DEFAULT nextval('packopt.deployments_deployment_id_seq'),
  owner name NOT NULL DEFAULT CURRENT_USER,
  created_at timestamptz NOT NULL DEFAULT now(),
  suite_id bigint REFERENCES packopt.suites ON DELETE SET NULL,
  suite_name text NOT NULL,
  boxes packopt.box[] NOT NULL,
  baseline packopt.box[] NOT NULL,
  shipments text NOT NULL,
  columns jsonb NOT NULL,
  site_column text,
  site text,
  time_zone text NOT NULL,
  starts_on date NOT NULL,
  ends_on date,
  length_unit text NOT NULL,
  weight_unit text,
  gap float8 NOT NULL,
  padding float8 NOT NULL,
  max_weight float8,
  weight_step float8,
  objective text NOT NULL,
  options jsonb NOT NULL,
  board_grade text NOT NULL,
  board_thickness_mm float8 NOT NULL,
  board_grammage_g_m2 float8 NOT NULL,
  board_opening text NOT NULL,
  board_price float8,
  co2e_per_kg float8 NOT NULL,
  keep packopt.box[] NOT NULL DEFAULT '{}',
  max_changes int,
  auto_deploy bool NOT NULL DEFAULT false,
  late_days int NOT NULL DEFAULT 3,
  health_weeks int NOT NULL DEFAULT 8,
  watch_at float8 NOT NULL DEFAULT 0.02,
  reoptimize_at float8 NOT NULL DEFAULT 0.05,
  refreshed_until date,
  refreshed_at timestamptz,
  undated bigint,
  failed_at timestamptz,
  error text,
  CHECK (isfinite(starts_on) AND isfinite(ends_on) AND ends_on >= starts_on),
  CHECK (late_days BETWEEN 0 AND 1000),
  CHECK (health_weeks BETWEEN 1 AND 1000),
  CHECK (max_changes >= 0)
);
ALTER SEQUENCE packopt.deployments_deployment_id_seq OWNED BY packopt.deployments.deployment_id;
COMMENT ON TABLE packopt.deployments IS 'which suite is in use where since when, against which baseline, and all that its savings are computed with; kept as it was when deployed';
COMMENT ON COLUMN packopt.deployments.deployment_id IS 'number of the deployment';
COMMENT ON COLUMN packopt.deployments.owner IS 'role with whose rights the shipments are read';
COMMENT ON COLUMN packopt.deployments.created_at IS 'when it was deployed';
COMMENT ON COLUMN packopt.deployments.suite_id IS 'the suite; NULL once that is deleted';
COMMENT ON COLUMN packopt.deployments.suite_name IS 'its name';
COMMENT ON COLUMN packopt.deployments.boxes IS 'its boxes';
COMMENT ON COLUMN packopt.deployments.baseline IS 'boxes against which savings are counted';
COMMENT ON COLUMN packopt.deployments.shipments IS 'relation with the shipments, by its qualified name';
COMMENT ON COLUMN packopt.deployments.columns IS 'its columns, by role';
COMMENT ON COLUMN packopt.deployments.site_column IS 'column that tells the site; NULL = all rows count';
COMMENT ON COLUMN packopt.deployments.site IS 'the site: a value of site_column, or a name';
COMMENT ON COLUMN packopt.deployments.time_zone IS 'time zone whose days are counted';
COMMENT ON COLUMN packopt.deployments.starts_on IS 'first day';
COMMENT ON COLUMN packopt.deployments.ends_on IS 'first day that no longer counts; NULL while the suite is in use';
COMMENT ON COLUMN packopt.deployments.length_unit IS 'length unit of all numbers';
COMMENT ON COLUMN packopt.deployments.weight_unit IS 'weight unit of the shipments; NULL without weights';
COMMENT ON COLUMN packopt.deployments.gap IS 'distance between the items of a shipment, in length units';
COMMENT ON COLUMN packopt.deployments.padding IS 'clearance that each dimension of a box loses, in length units';
COMMENT ON COLUMN packopt.deployments.max_weight IS 'heavier shipments are left out, in weight units; NULL = none';
COMMENT ON COLUMN packopt.deployments.weight_step IS 'step in which the weights of shipments are kept, in weight units; NULL = they are not';
COMMENT ON COLUMN packopt.deployments.objective IS 'what the suite was optimized for, and regret is counted in';
COMMENT ON COLUMN packopt.deployments.options IS 'further arguments with which it was optimized, and will be again';
COMMENT ON COLUMN packopt.deployments.board_grade IS 'grade of board';
COMMENT ON COLUMN packopt.deployments.board_thickness_mm IS 'its thickness, in millimetres';
COMMENT ON COLUMN packopt.deployments.board_grammage_g_m2 IS 'its mass, in grams per square metre';
COMMENT ON COLUMN packopt.deployments.board_opening IS 'face at which boxes open: least, the one that needs the least board, or top';
COMMENT ON COLUMN packopt.deployments.board_price IS 'price of a square metre of board, in any currency; NULL = not known';
COMMENT ON COLUMN packopt.deployments.co2e_per_kg IS 'greenhouse gas of a kilogram of board, in kilograms of CO2 equivalent';
COMMENT ON COLUMN packopt.deployments.keep IS 'boxes that a re-optimization keeps';
COMMENT ON COLUMN packopt.deployments.max_changes IS 'boxes that a re-optimization may replace at most; NULL = any number';
COMMENT ON COLUMN packopt.deployments.auto_deploy IS 'whether scheduled re-optimization deploys what it proposes';
COMMENT ON COLUMN packopt.deployments.late_days IS 'days that each refresh reads again, for late rows';
COMMENT ON COLUMN packopt.deployments.health_weeks IS 'weeks of shipments by which health is judged';
COMMENT ON COLUMN packopt.deployments.watch_at IS 'regret from which the verdict is watch';
COMMENT ON COLUMN packopt.deployments.reoptimize_at IS 'regret from which the verdict is re-optimize';
COMMENT ON COLUMN packopt.deployments.refreshed_until IS 'first day that was not read yet; NULL before the first refresh';
COMMENT ON COLUMN packopt.deployments.refreshed_at IS 'when savings were refreshed last';
COMMENT ON COLUMN packopt.deployments.undated IS 'rows without a time of shipment, which belong to no day';
COMMENT ON COLUMN packopt.deployments.failed_at IS 'when the last refresh failed; NULL if it did not';
COMMENT ON COLUMN packopt.deployments.error IS 'why the last refresh failed; NULL if it did not';

CREATE TABLE packopt.daily_profiles (
  deployment_id bigint NOT NULL REFERENCES packopt.deployments ON DELETE CASCADE,
  day date NOT NULL,
  part int NOT NULL,
  until date NOT NULL,
  used_box packopt.box,
  profile packopt.profile NOT NULL,
  PRIMARY KEY (deployment_id, day, part)
);
COMMENT ON TABLE packopt.daily_profiles IS 'the shipments of each day, or older month, of each deployment, and those of the weeks before it that the suite was optimized for; read by their owner only';
COMMENT ON COLUMN packopt.daily_profiles.deployment_id IS 'the deployment';
COMMENT ON COLUMN packopt.daily_profiles.day IS 'the day, in the time zone of the deployment; the first one, if there are several';
COMMENT ON COLUMN packopt.daily_profiles.part IS 'number of the part, where the boxes that were used are known';
COMMENT ON COLUMN packopt.daily_profiles.until IS 'first day that is not in it; up to starts_on for the shipments before the deployment';
COMMENT ON COLUMN packopt.daily_profiles.used_box IS 'box that was really used; NULL if not known';
COMMENT ON COLUMN packopt.daily_profiles.profile IS 'the shipments';

CREATE TABLE packopt.daily_savings (
  deployment_id bigint NOT NULL REFERENCES packopt.deployments ON DELETE CASCADE,
  day date NOT NULL,
  day_start timestamptz NOT NULL,
  shipments bigint NOT NULL,
  left_out bigint NOT NULL,
  unboxed bigint NOT NULL,
  box_volume float8 NOT NULL,
  content_volume float8 NOT NULL,
  void_above_half bigint NOT NULL,
  board_area_m2 float8 NOT NULL,
  baseline_unboxed bigint NOT NULL,
  baseline_box_volume float8 NOT NULL,
  baseline_content_volume float8 NOT NULL,
  baseline_void_above_half bigint NOT NULL,
  baseline_board_area_m2 float8 NOT NULL,
  compared bigint NOT NULL,
  saved_volume float8 NOT NULL,
  saved_board_area_m2 float8 NOT NULL,
  used bigint NOT NULL,
  used_from_suite bigint NOT NULL,
  used_as_advised bigint NOT NULL,
  used_box_volume float8 NOT NULL,
  used_content_volume float8 NOT NULL,
  used_board_area_m2 float8 NOT NULL,
  realized_compared bigint NOT NULL,
  realized_saved_volume float8 NOT NULL,
  realized_saved_board_area_m2 float8 NOT NULL,
  refreshed_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (deployment_id, day)
);
COMMENT ON TABLE packopt.daily_savings IS 'what each day''s shipments took under the deployed suite and under the baseline, and what they really took; read it by the view packopt.savings';
COMMENT ON COLUMN packopt.daily_savings.deployment_id IS 'the deployment';
COMMENT ON COLUMN packopt.daily_savings.day IS 'the day, in the time zone of the deployment';
COMMENT ON COLUMN packopt.daily_savings.day_start IS 'the moment at which that day began';
COMMENT ON COLUMN packopt.daily_savings.shipments IS 'shipments of the day, without those left out';
COMMENT ON COLUMN packopt.daily_savings.left_out IS 'shipments without usable data, or too heavy';
COMMENT ON COLUMN packopt.daily_savings.unboxed IS 'shipments that no box of the deployed suite holds';
COMMENT ON COLUMN packopt.daily_savings.box_volume IS 'volume of the boxes of the deployed suite, in cubic length units';
COMMENT ON COLUMN packopt.daily_savings.content_volume IS 'volume of the contents that it holds, in cubic length units';
COMMENT ON COLUMN packopt.daily_savings.void_above_half IS 'shipments whose box in the deployed suite is more than half empty';
COMMENT ON COLUMN packopt.daily_savings.board_area_m2 IS 'board of the boxes of the deployed suite, in square metres';
COMMENT ON COLUMN packopt.daily_savings.baseline_unboxed IS 'shipments that no box of the baseline holds';
COMMENT ON COLUMN packopt.daily_savings.baseline_box_volume IS 'volume of the boxes of the baseline, in cubic length units';
COMMENT ON COLUMN packopt.daily_savings.baseline_content_volume IS 'volume of the contents that it holds, in cubic length units';
COMMENT ON COLUMN packopt.daily_savings.baseline_void_above_half IS 'shipments whose box in the baseline is more than half empty';
COMMENT ON COLUMN packopt.daily_savings.baseline_board_area_m2 IS 'board of the boxes of the baseline, in square metres';
COMMENT ON COLUMN packopt.daily_savings.compared IS 'shipments that both suites hold: savings are counted over these';
COMMENT ON COLUMN packopt.daily_savings.saved_volume IS 'volume of boxes saved, in cubic length units';
COMMENT ON COLUMN packopt.daily_savings.saved_board_area_m2 IS 'board saved, in square metres';
COMMENT ON COLUMN packopt.daily_savings.used IS 'shipments whose box is known';
COMMENT ON COLUMN packopt.daily_savings.used_from_suite IS 'those of them in a box of the deployed suite';
COMMENT ON COLUMN packopt.daily_savings.used_as_advised IS 'those of them in the very box that the deployed suite has for them';
COMMENT ON COLUMN packopt.daily_savings.used_box_volume IS 'volume of the boxes that were used, in cubic length units';
COMMENT ON COLUMN packopt.daily_savings.used_content_volume IS 'volume of their contents, in cubic length units';
COMMENT ON COLUMN packopt.daily_savings.used_board_area_m2 IS 'board of the boxes that were used, in square metres';
COMMENT ON COLUMN packopt.daily_savings.realized_compared IS 'shipments whose box is known and that the baseline holds: realized savings are counted over these';
COMMENT ON COLUMN packopt.daily_savings.realized_saved_volume IS 'volume that the boxes that were used saved, in cubic length units';
COMMENT ON COLUMN packopt.daily_savings.realized_saved_board_area_m2 IS 'board that they saved, in square metres';
COMMENT ON COLUMN packopt.daily_savings.refreshed_at IS 'when this was computed';

CREATE TABLE packopt.daily_box_usage (
  deployment_id bigint NOT NULL REFERENCES packopt.deployments ON DELETE CASCADE,
  day date NOT NULL,
  suite text NOT NULL CHECK (suite IN ('deployed', 'baseline', 'used')),
  box packopt.box NOT NULL,
  shipments bigint NOT NULL,
  box_volume float8 NOT NULL,
  content_volume float8 NOT NULL,
  board_area_m2 float8 NOT NULL,
  PRIMARY KEY (deployment_id, day, suite, box)
);
COMMENT ON TABLE packopt.daily_box_usage IS 'what goes into each box each day; read it by the view packopt.box_usage';
COMMENT ON COLUMN packopt.daily_box_usage.deployment_id IS 'the deployment';
COMMENT ON COLUMN packopt.daily_box_usage.day IS 'the day, in the time zone of the deployment';
COMMENT ON COLUMN packopt.daily_box_usage.suite IS 'deployed: as the deployed suite has it; baseline: as the baseline has it; used: as it really was';
COMMENT ON COLUMN packopt.daily_box_usage.box IS 'the box';
COMMENT ON COLUMN packopt.daily_box_usage.shipments IS 'shipments that go into it';
COMMENT ON COLUMN packopt.daily_box_usage.box_volume IS 'its volume over these, in cubic length units';
COMMENT ON COLUMN packopt.daily_box_usage.content_volume IS 'volume of their contents, in cubic length units';
COMMENT ON COLUMN packopt.daily_box_usage.board_area_m2 IS 'board of these boxes, in square metres';

CREATE TABLE packopt.weekly_box_usage (
  deployment_id bigint NOT NULL REFERENCES packopt.deployments ON DELETE CASCADE,
  week date NOT NULL,
  suite text NOT NULL,
  box text NOT NULL,
  length float8 NOT NULL,
  width float8 NOT NULL,
  height float8 NOT NULL,
  shipments bigint NOT NULL,
  share float8 NOT NULL,
  box_volume float8 NOT NULL,
  content_volume float8 NOT NULL,
  board_area_m2 float8 NOT NULL,
  PRIMARY KEY (deployment_id, week, suite, box)
);
COMMENT ON TABLE packopt.weekly_box_usage IS 'packopt.daily_box_usage summed over weeks; read it by the view packopt.box_usage';
COMMENT ON COLUMN packopt.weekly_box_usage.deployment_id IS 'the deployment';
COMMENT ON COLUMN packopt.weekly_box_usage.week IS 'first day of the week, a Monday';
COMMENT ON COLUMN packopt.weekly_box_usage.suite IS 'deployed, baseline or used';
COMMENT ON COLUMN packopt.weekly_box_usage.box IS 'the box';
COMMENT ON COLUMN packopt.weekly_box_usage.length IS 'its first dimension, in length units';
COMMENT ON COLUMN packopt.weekly_box_usage.width IS 'its second dimension, in length units';
COMMENT ON COLUMN packopt.weekly_box_usage.height IS 'its third dimension, in length units';
COMMENT ON COLUMN packopt.weekly_box_usage.shipments IS 'shipments that go into it';
COMMENT ON COLUMN packopt.weekly_box_usage.share IS 'their share of all that go into a box, in this suite and week';
COMMENT ON COLUMN packopt.weekly_box_usage.box_volume IS 'its volume over these, in cubic length units';
COMMENT ON COLUMN packopt.weekly_box_usage.content_volume IS 'volume of their contents, in cubic length units';
COMMENT ON COLUMN packopt.weekly_box_usage.board_area_m2 IS 'board of these boxes, in square metres';

CREATE SEQUENCE packopt.health_checks_check_id_seq;
COMMENT ON SEQUENCE packopt.health_checks_check_id_seq IS 'numbers the checks';

CREATE TABLE packopt.health_checks (
  check_id bigint PRIMARY KEY DEFAULT nextval('packopt.health_checks_check_id_seq'),
  deployment_id bigint NOT NULL REFERENCES packopt.deployments ON DELETE CASCADE,
  checked_at timestamptz NOT NULL DEFAULT now(),
  since date NOT NULL,
  until date NOT NULL,
  shipments bigint NOT NULL,
  unboxed bigint NOT NULL,
  cost float8,
  best_cost float8,
  best_boxes packopt.box[],
  regret float8,
  distance float8,
  verdict text NOT NULL
);
ALTER SEQUENCE packopt.health_checks_check_id_seq OWNED BY packopt.health_checks.check_id;
CREATE INDEX health_checks_deployment_id ON packopt.health_checks (deployment_id, check_id);
COMMENT ON TABLE packopt.health_checks IS 'what each check of a deployment found; read the last ones by the view packopt.deployment_health';
COMMENT ON INDEX packopt.health_checks_deployment_id IS 'finds the last check of a deployment';
COMMENT ON COLUMN packopt.health_checks.check_id IS 'number of the check';
COMMENT ON COLUMN packopt.health_checks.deployment_id IS 'the deployment';
COMMENT ON COLUMN packopt.health_checks.checked_at IS 'when it was checked';
COMMENT ON COLUMN packopt.health_checks.since IS 'first day of the shipments that it was judged by';
COMMENT ON COLUMN packopt.health_checks.until IS 'first day behind them';
COMMENT ON COLUMN packopt.health_checks.shipments IS 'number of these shipments';
COMMENT ON COLUMN packopt.health_checks.unboxed IS 'those of them that no box of the deployed suite holds';
COMMENT ON COLUMN packopt.health_checks.cost IS 'what the others cost in the deployed suite, in units of the objective';
COMMENT ON COLUMN packopt.health_checks.best_cost IS 'what they would cost in a suite optimized for them';
COMMENT ON COLUMN packopt.health_checks.best_boxes IS 'the boxes of that suite';
COMMENT ON COLUMN packopt.health_checks.regret IS 'cost / best_cost - 1, but not below 0; NULL if there are too few shipments';
COMMENT ON COLUMN packopt.health_checks.distance IS 'distance between these shipments and those that the suite was optimized for, 0 to 1, by packopt.profile_distance; NULL if the latter are not known';
COMMENT ON COLUMN packopt.health_checks.verdict IS 'ok, watch, re-optimize, or too early';

CREATE SEQUENCE packopt.proposals_proposal_id_seq;
COMMENT ON SEQUENCE packopt.proposals_proposal_id_seq IS 'numbers the proposals';

CREATE TABLE packopt.proposals (
  proposal_id bigint PRIMARY KEY DEFAULT nextval('packopt.proposals_proposal_id_seq'),
  deployment_id bigint NOT NULL REFERENCES packopt.deployments ON DELETE CASCADE,
  suite_id bigint REFERENCES packopt.suites ON DELETE CASCADE,
  proposed_at timestamptz NOT NULL DEFAULT now(),
  since date NOT NULL,
  until date NOT NULL,
  shipments bigint NOT NULL,
  new_boxes int NOT NULL,
  cost float8 NOT NULL,
  proposed_cost float8 NOT NULL,
  saved_volume_per_year float8 NOT NULL,
  saved_board_area_m2_per_year float8 NOT NULL,
  switching_cost float8,
  payback_days float8,
  deployed_as bigint REFERENCES packopt.deployments ON DELETE SET NULL
);
ALTER SEQUENCE packopt.proposals_proposal_id_seq OWNED BY packopt.proposals.proposal_id;
CREATE INDEX proposals_deployment_id ON packopt.proposals (deployment_id, proposal_id);
COMMENT ON TABLE packopt.proposals IS 'suites that reoptimize proposes in place of deployed ones';
COMMENT ON INDEX packopt.proposals_deployment_id IS 'finds the last proposal for a deployment';
COMMENT ON COLUMN packopt.proposals.proposal_id IS 'number of the proposal';
COMMENT ON COLUMN packopt.proposals.deployment_id IS 'deployment that it is for';
COMMENT ON COLUMN packopt.proposals.suite_id IS 'the proposed suite';
COMMENT ON COLUMN packopt.proposals.proposed_at IS 'when it was made';
COMMENT ON COLUMN packopt.proposals.since IS 'first day of the shipments that it was optimized for';
COMMENT ON COLUMN packopt.proposals.until IS 'first day behind them';
COMMENT ON COLUMN packopt.proposals.shipments IS 'those of the shipments that both suites hold, over which costs and savings are counted';
COMMENT ON COLUMN packopt.proposals.new_boxes IS 'boxes that the deployed suite does not have';
COMMENT ON COLUMN packopt.proposals.cost IS 'what these shipments cost in the deployed suite, in units of the objective';
COMMENT ON COLUMN packopt.proposals.proposed_cost IS 'what they cost in the proposed one';
COMMENT ON COLUMN packopt.proposals.saved_volume_per_year IS 'volume of boxes that it saves against the deployed suite in 365 such days, in cubic length units';
COMMENT ON COLUMN packopt.proposals.saved_board_area_m2_per_year IS 'board that it saves in 365 such days, in square metres';
COMMENT ON COLUMN packopt.proposals.switching_cost IS 'what the new boxes cost to introduce, in the currency of the board price; NULL if not told';
COMMENT ON COLUMN packopt.proposals.payback_days IS 'days until the board saved has paid for that; NULL if not known, or never';
COMMENT ON COLUMN packopt.proposals.deployed_as IS 'the deployment that came of it; NULL if none did';

GRANT SELECT, INSERT, UPDATE, DELETE ON packopt.deployments, packopt.daily_profiles, packopt.daily_savings,
  packopt.daily_box_usage, packopt.weekly_box_usage, packopt.health_checks, packopt.proposals TO PUBLIC;
GRANT SELECT, USAGE ON SEQUENCE packopt.deployments_deployment_id_seq, packopt.health_checks_check_id_seq,
  packopt.proposals_proposal_id_seq TO PUBLIC;

-- Everybody sees and changes what belongs to the roles they are members of; readers see savings, but not
-- the profiles, of those that let them.
ALTER TABLE packopt.deployments ENABLE ROW LEVEL SECURITY;
CREATE POLICY deployments_of_own_roles ON packopt.deployments USING (owner IN (SELECT o FROM packopt.own_roles() o));
CREATE POLICY deployments_to_read ON packopt.deployments FOR SELECT USING (owner IN (SELECT r FROM packopt.readable_roles() r));
ALTER TABLE packopt.daily_profiles ENABLE ROW LEVEL SECURITY;
CREATE POLICY daily_profiles_of_own_roles ON packopt.daily_profiles
  USING (deployment_id IN (SELECT d.deployment_id FROM packopt.deployments d WHERE d.owner IN (SELECT o FROM packopt.own_roles() o)));
ALTER TABLE packopt.daily_savings ENABLE ROW LEVEL SECURITY;
CREATE POLICY daily_savings_of_own_roles ON packopt.daily_savings
  USING (deployment_id IN (SELECT d.deployment_id FROM packopt.deployments d WHERE d.owner IN (SELECT o FROM packopt.own_roles() o)));
CREATE POLICY daily_savings_to_read ON packopt.daily_savings FOR SELECT
  USING (deployment_id IN (SELECT d.deployment_id FROM packopt.deployments d));
ALTER TABLE packopt.daily_box_usage ENABLE ROW LEVEL SECURITY;
CREATE POLICY daily_box_usage_of_own_roles ON packopt.daily_box_usage
  USING (deployment_id IN (SELECT d.deployment_id FROM packopt.deployments d WHERE d.owner IN (SELECT o FROM packopt.own_roles() o)));
CREATE POLICY daily_box_usage_to_read ON packopt.daily_box_usage FOR SELECT
  USING (deployment_id IN (SELECT d.deployment_id FROM packopt.deployments d));
ALTER TABLE packopt.weekly_box_usage ENABLE ROW LEVEL SECURITY;
CREATE POLICY weekly_box_usage_of_own_roles ON packopt.weekly_box_usage
  USING (deployment_id IN (SELECT d.deployment_id FROM packopt.deployments d WHERE d.owner IN (SELECT o FROM packopt.own_roles() o)));
CREATE POLICY weekly_box_usage_to_read ON packopt.weekly_box_usage FOR SELECT
  USING (deployment_id IN (SELECT d.deployment_id FROM packopt.deployments d));
ALTER TABLE packopt.health_checks ENABLE ROW LEVEL SECURITY;
CREATE POLICY health_checks_of_own_roles ON packopt.health_checks
  USING (deployment_id IN (SELECT d.deployment_id FROM packopt.deployments d WHERE d.owner IN (SELECT o FROM packopt.own_roles() o)));
CREATE POLICY health_checks_to_read ON packopt.health_checks FOR SELECT
  USING (deployment_id IN (SELECT d.deployment_id FROM packopt.deployments d));
ALTER TABLE packopt.proposals ENABLE ROW LEVEL SECURITY;
CREATE POLICY proposals_of_own_roles ON packopt.proposals
  USING (deployment_id IN (SELECT d.deployment_id FROM packopt.deployments d WHERE d.owner IN (SELECT o FROM packopt.own_roles() o)));
CREATE POLICY proposals_to_read ON packopt.proposals FOR SELECT
  USING (deployment_id IN (SELECT d.deployment_id FROM packopt.deployments d));

SELECT pg_extension_config_dump('packopt.readers', '');
SELECT pg_extension_config_dump('packopt.deployments', '');
SELECT pg_extension_config_dump('packopt.deployments_deployment_id_seq', '');
SELECT pg_extension_config_dump('packopt.daily_profiles', '');
SELECT pg_extension_config_dump('packopt.daily_savings', '');
SELECT pg_extension_config_dump('packopt.daily_box_usage', '');
SELECT pg_extension_config_dump('packopt.weekly_box_usage', '');
SELECT pg_extension_config_dump('packopt.health_checks', '');
SELECT pg_extension_config_dump('packopt.health_checks_check_id_seq', '');
SELECT pg_extension_config_dump('packopt.proposals', '');
SELECT pg_extension_config_dump('packopt.proposals_proposal_id_seq', '');

---------------------------------------------------------------------------------------------------
-- Reading the shipments
---------------------------------------------------------------------------------------------------

CREATE FUNCTION packopt.local_day(moment timestamptz, time_zone text) RETURNS date
  AS 'MODULE_PATHNAME', 'packopt_local_day' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION packopt.local_day(timestamptz, text) IS 'the day of a moment in a time zone of pg_timezone_names: as timezone(time_zone, moment)::date, but faster';

CREATE FUNCTION @extschema@.profile_days(shipments text, columns jsonb DEFAULT '{}', length_unit text DEFAULT NULL,
    weight_unit text DEFAULT NULL, gap float8 DEFAULT 0, weight_step float8 DEFAULT NULL, time_zone text DEFAULT current_setting('TimeZone'),
    since date DEFAULT NULL, until date DEFAULT 'infinity', by text DEFAULT NULL, sites text[] DEFAULT NULL)
  RETURNS TABLE (site text, day date, used_box packopt.box, profile packopt.profile, row_count bigint)
  AS 'MODULE_PATHNAME', 'packopt_profile_days' LANGUAGE C VOLATILE PARALLEL UNSAFE COST 1000000 ROWS 100;
COMMENT ON FUNCTION @extschema@.profile_days(text, jsonb, text, text, float8, float8, text, date, date, text, text[]) IS
  'the profiles of a shipments relation by day (in a time zone, from since to before until), by the values of a column (those of sites, if given) and by the box that was used (column role box), by one scan; rows without a time are counted in a row without a day';

CREATE FUNCTION packopt.tracked_relation(shipments text, INOUT columns jsonb, INOUT length_unit text, INOUT weight_unit text, INOUT by text,
    OUT relation text)
  AS 'MODULE_PATHNAME', 'packopt_tracked_relation' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION packopt.tracked_relation(text, jsonb, text, text, text) IS
  'internal: how a shipments relation is read, with nothing left to be guessed';

CREATE FUNCTION packopt.profile_within(profile packopt.profile, boxes packopt.box[] DEFAULT NULL, padding float8 DEFAULT 0,
    max_weight float8 DEFAULT NULL)
  RETURNS packopt.profile
  AS 'MODULE_PATHNAME', 'packopt_profile_within' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 1000;
COMMENT ON FUNCTION packopt.profile_within(packopt.profile, packopt.box[], float8, float8) IS
  'the part of a profile that is not heavier than max_weight (what is, counts as left out) and that at least one of the boxes holds (what none holds, is not counted)';

CREATE FUNCTION packopt.run_as_owner(owner name, step text, argument jsonb) RETURNS jsonb
  AS 'MODULE_PATHNAME', 'packopt_run_as_owner' LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE;
COMMENT ON FUNCTION packopt.run_as_owner(name, text, jsonb) IS
  'internal: runs a step of the nightly job with the rights of a role that the current user could become';

---------------------------------------------------------------------------------------------------
-- Deploying
---------------------------------------------------------------------------------------------------

CREATE FUNCTION @extschema@.save_suite(name text, boxes packopt.box[], length_unit text DEFAULT NULL, objective text DEFAULT 'volume') RETURNS bigint
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  new_id bigint;
BEGIN
  IF save_suite.name IS NULL OR save_suite.boxes IS NULL THEN
    RAISE EXCEPTION 'argument % must not be null', CASE WHEN save_suite.name IS NULL THEN 'name' ELSE 'boxes' END
      USING ERRCODE = 'null_value_not_allowed';
  END IF;
  -- whatever is wrong with the boxes, evaluating them tells; the profile of nothing is empty
  PERFORM @extschema@.evaluate_suite(packopt.set_units((SELECT @extschema@.profile(NULL::packopt.profile)), save_suite.length_unit), save_suite.boxes);
  IF cardinality(save_suite.boxes) > 200 THEN
    RAISE EXCEPTION '% boxes are too many', cardinality(save_suite.boxes)
      USING ERRCODE = 'invalid_parameter_value', HINT = 'A suite has 1 to 200 boxes.';
  END IF;
  INSERT INTO packopt.suites AS s (name, source, objective, length_unit, suite_size)
  VALUES (save_suite.name, 'given', save_suite.objective, save_suite.length_unit, cardinality(save_suite.boxes))
  RETURNING s.suite_id INTO new_id;
  INSERT INTO packopt.suite_boxes (suite_id, box_no, box)
  SELECT new_id, row_number() OVER (ORDER BY b.box), b.box FROM unnest(save_suite.boxes) b(box);
  RETURN new_id;
END
$$;
COMMENT ON FUNCTION @extschema@.save_suite(text, packopt.box[], text, text) IS
  'stores a suite that was made by hand or is in use, of 1 to 200 different cartons in length_unit (mm, cm, in; NULL = that of the shipments it is used with), and gives its number';

CREATE FUNCTION packopt.week_of(day date) RETURNS date
  LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
  BEGIN ATOMIC
    -- the first day of the calendar is a Monday
    SELECT week_of.day - (week_of.day - date '0001-01-01') % 7;
  END;
COMMENT ON FUNCTION packopt.week_of(date) IS 'internal: the Monday of a day''s week';

CREATE FUNCTION packopt.sum_weeks(deployment_id bigint, since date, until date) RETURNS void
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  first_day date := packopt.week_of(sum_weeks.since);
  end_day date := packopt.week_of(sum_weeks.until - 1) + 7;
BEGIN
  DELETE FROM packopt.weekly_box_usage w WHERE w.deployment_id = sum_weeks.deployment_id AND w.week >= first_day AND w.week < end_day;
  INSERT INTO packopt.weekly_box_usage (deployment_id, week, suite, box, length, width, height, shipments, share, box_volume, content_volume, board_area_m2)
  SELECT u.deployment_id, packopt.week_of(u.day), u.suite, u.box::text, packopt.length(u.box), packopt.width(u.box), packopt.height(u.box),
    sum(u.shipments)::bigint, sum(u.shipments)::float8 / sum(sum(u.shipments)) OVER (PARTITION BY packopt.week_of(u.day), u.suite)::float8,
    sum(u.box_volume), sum(u.content_volume), sum(u.board_area_m2)
  FROM packopt.daily_box_usage u
  WHERE u.deployment_id = sum_weeks.deployment_id AND u.day >= first_day AND u.day < end_day
  GROUP BY u.deployment_id, packopt.week_of(u.day), u.suite, u.box;
END
$$;
COMMENT ON FUNCTION packopt.sum_weeks(bigint, date, date) IS 'internal: sums the use of boxes over the weeks of days';

CREATE FUNCTION packopt.cut_deployment(deployment_id bigint, ends_on date) RETURNS void
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  UPDATE packopt.deployments d
  SET ends_on = greatest(cut_deployment.ends_on, d.starts_on),
      refreshed_until = CASE WHEN d.refreshed_until IS NOT NULL THEN least(d.refreshed_until, greatest(cut_deployment.ends_on, d.starts_on)) END
  WHERE d.deployment_id = cut_deployment.deployment_id;
  DELETE FROM packopt.daily_savings s WHERE s.deployment_id = cut_deployment.deployment_id AND s.day >= cut_deployment.ends_on;
  DELETE FROM packopt.daily_box_usage u WHERE u.deployment_id = cut_deployment.deployment_id AND u.day >= cut_deployment.ends_on;
  PERFORM packopt.sum_weeks(cut_deployment.deployment_id, cut_deployment.ends_on,
    (SELECT greatest(max(w.week) + 7, cut_deployment.ends_on + 1) FROM packopt.weekly_box_usage w WHERE w.deployment_id = cut_deployment.deployment_id));
  DELETE FROM packopt.daily_profiles p USING packopt.deployments d
  WHERE p.deployment_id = cut_deployment.deployment_id AND d.deployment_id = p.deployment_id
    AND p.day >= d.starts_on AND p.until > cut_deployment.ends_on;
END
$$;
COMMENT ON FUNCTION packopt.cut_deployment(bigint, date) IS 'internal: ends a deployment, and forgets the days from then on';

CREATE FUNCTION packopt.make_way(shipments text, site_column text, site text, starts_on date) RETURNS void
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  old bigint;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended('packopt deployment ' || make_way.shipments || coalesce(' ' || make_way.site, ''), 0));
  FOR old IN
    SELECT d.deployment_id FROM packopt.deployments d
    WHERE d.shipments = make_way.shipments AND d.site_column IS NOT DISTINCT FROM make_way.site_column
      AND d.site IS NOT DISTINCT FROM make_way.site AND packopt.may_change(d.owner)
      AND (d.ends_on IS NULL OR (d.ends_on > make_way.starts_on AND d.ends_on > d.starts_on))
    ORDER BY 1
  LOOP
    PERFORM packopt.cut_deployment(old, make_way.starts_on);
    RAISE NOTICE 'deployment % ends on %', old, make_way.starts_on;
  END LOOP;
END
$$;
COMMENT ON FUNCTION packopt.make_way(text, text, text, date) IS 'internal: ends what is deployed at a site';

CREATE FUNCTION packopt.deploy(suite_id bigint, relation text, columns jsonb, site_column text, site text, length_unit text, weight_unit text,
    baseline packopt.box[], starts_on date, time_zone text, gap float8, padding float8, board_grade text, board_opening text,
    board_price float8, co2e_per_kg float8, keep packopt.box[], max_changes int, auto_deploy bool, late_days int, health_weeks int,
    watch_at float8, reoptimize_at float8, optimized_for packopt.profile) RETURNS bigint
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  s packopt.suites;
  d packopt.deployments;
  measure record;
BEGIN
  SELECT * INTO s FROM packopt.suites x WHERE x.suite_id = deploy.suite_id;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'there is no suite %', coalesce(deploy.suite_id::text, 'NULL')
      USING ERRCODE = 'undefined_object', HINT = 'packopt.suites lists those that you may deploy; save_suite() stores one.';
  END IF;
  IF s.length_unit <> deploy.length_unit THEN
    RAISE EXCEPTION 'suite % is in unit %, but the shipments are in %', s.suite_id, s.length_unit, deploy.length_unit
      USING ERRCODE = 'invalid_parameter_value', HINT = 'Deploy a suite in the unit of the shipments.';
  END IF;
  IF deploy.site_column IS NOT NULL AND deploy.site IS NULL THEN
    RAISE EXCEPTION 'argument by needs a site' USING ERRCODE = 'invalid_parameter_value',
      HINT = 'Give the value of the column that marks the site, as in site => ''east''.';
  END IF;
  IF deploy.starts_on IS NULL OR NOT isfinite(deploy.starts_on) THEN
    RAISE EXCEPTION 'argument starts_on must be a day' USING ERRCODE = 'invalid_parameter_value';
  END IF;
  IF deploy.baseline IS NULL THEN
    RAISE EXCEPTION 'argument baseline must not be null' USING ERRCODE = 'null_value_not_allowed',
      HINT = 'Give the boxes that were in use before, as in ''{12x9x4,16x12x8}'', or suite_boxes(...).';
  END IF;
  PERFORM packopt.local_day(now(), deploy.time_zone);

  d.owner := current_user;
  d.created_at := now();
  d.suite_id := s.suite_id;
  d.suite_name := s.name;
  d.boxes := @extschema@.suite_boxes(s.suite_id);
  d.baseline := deploy.baseline;
  d.shipments := deploy.relation;
  d.columns := deploy.columns;
  d.site_column := deploy.site_column;
  d.site := deploy.site;
  d.time_zone := deploy.time_zone;
  d.starts_on := deploy.starts_on;
  d.length_unit := deploy.length_unit;
  d.weight_unit := deploy.weight_unit;
  d.gap := coalesce(deploy.gap, (s.options ->> 'gap')::float8, 0);
  d.padding := coalesce(deploy.padding, (s.options ->> 'padding')::float8, 0);
  d.max_weight := (s.options ->> 'max_weight')::float8;
  d.objective := s.objective;
  d.options := s.options;
  d.weight_step := CASE WHEN d.objective = 'billed_weight' OR s.options ->> 'weight_price' IS NOT NULL THEN 1 ELSE d.max_weight END;
  d.board_grade := coalesce(deploy.board_grade, current_setting('packopt.board_grade'));
  SELECT g.thickness_mm, g.grammage_g_m2 INTO d.board_thickness_mm, d.board_grammage_g_m2 FROM packopt.board_grades g WHERE g.grade = d.board_grade;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'unknown board grade "%"', d.board_grade USING ERRCODE = 'undefined_object', HINT = 'The grades are in packopt.board_grades.';
  END IF;
  -- boxes whose contents stand open at the top
  d.board_opening := coalesce(deploy.board_opening, CASE WHEN d.columns ->> 'upright' IS NULL AND d.columns ->> 'fragile' IS NULL THEN 'least' ELSE 'top' END);
  d.board_price := coalesce(deploy.board_price, nullif(current_setting('packopt.board_price', true)::float8, 0));
  d.co2e_per_kg := coalesce(deploy.co2e_per_kg, current_setting('packopt.co2e_per_kg')::float8);
  d.keep := coalesce(deploy.keep, (SELECT array_agg(k::packopt.box) FROM jsonb_array_elements_text(s.options -> 'keep') k), '{}');
  d.max_changes := deploy.max_changes;
  d.auto_deploy := coalesce(deploy.auto_deploy, false);
  d.late_days := coalesce(deploy.late_days, 3);
  d.health_weeks := coalesce(deploy.health_weeks, 8);
  d.watch_at := coalesce(deploy.watch_at, 0.02);
  d.reoptimize_at := coalesce(deploy.reoptimize_at, 0.05);

  -- whatever is wrong with the boxes, measuring them tells now
  PERFORM packopt.suite_sums(packopt.set_units((SELECT @extschema@.profile(NULL::packopt.profile)), d.length_unit), boxes, d)
  FROM (VALUES (d.boxes), (d.baseline)) b(boxes);

  PERFORM packopt.make_way(d.shipments, d.site_column, d.site, d.starts_on);
  d.deployment_id := nextval('packopt.deployments_deployment_id_seq');
  INSERT INTO packopt.deployments SELECT (d).*;
  PERFORM packopt.keep_reference(d, coalesce(deploy.optimized_for, packopt.days_before(d)));
  RETURN d.deployment_id;
END
$$;
COMMENT ON FUNCTION packopt.deploy(bigint, text, jsonb, text, text, text, text, packopt.box[], date, text, float8, float8, text, text, float8, float8, packopt.box[], int, bool, int, int, float8, float8, packopt.profile) IS
  'internal: deploy_suite for a relation whose columns are known';

CREATE FUNCTION packopt.scan_days(d packopt.deployments, since date, until date, sites text[])
  RETURNS TABLE (site text, day date, used_box packopt.box, profile packopt.profile, row_count bigint)
  LANGUAGE sql VOLATILE PARALLEL UNSAFE ROWS 100
  BEGIN ATOMIC
    SELECT s.site, s.day, s.used_box, s.profile, s.row_count
    FROM @extschema@.profile_days((d).shipments, (d).columns, (d).length_unit, (d).weight_unit, (d).gap, (d).weight_step, (d).time_zone,
      scan_days.since, scan_days.until, (d).site_column, CASE WHEN (d).site_column IS NOT NULL THEN scan_days.sites END) s;
  END;
COMMENT ON FUNCTION packopt.scan_days(packopt.deployments, date, date, text[]) IS 'internal: reads days of a deployment''s shipments';

CREATE FUNCTION packopt.days_before(d packopt.deployments) RETURNS packopt.profile
  LANGUAGE sql VOLATILE PARALLEL UNSAFE
  BEGIN ATOMIC
    SELECT @extschema@.profile(s.profile)
    FROM packopt.scan_days(d, (d).starts_on - 7 * (d).health_weeks, (d).starts_on, ARRAY[(d).site]) s
    WHERE s.day IS NOT NULL;
  END;
COMMENT ON FUNCTION packopt.days_before(packopt.deployments) IS 'internal: the shipments of the weeks before a deployment';

CREATE FUNCTION packopt.keep_reference(d packopt.deployments, profile packopt.profile) RETURNS void
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  IF packopt.shipments(keep_reference.profile) > 0 THEN
    INSERT INTO packopt.daily_profiles (deployment_id, day, part, until, profile)
    VALUES (d.deployment_id, d.starts_on - 7 * d.health_weeks, 1, d.starts_on, keep_reference.profile);
  END IF;
END
$$;
COMMENT ON FUNCTION packopt.keep_reference(packopt.deployments, packopt.profile) IS 'internal: keeps the shipments that a deployed suite was optimized for';

CREATE FUNCTION @extschema@.deploy_suite(suite_id bigint, shipments text, baseline packopt.box[], site text DEFAULT NULL,
    starts_on date DEFAULT CURRENT_DATE, by text DEFAULT NULL, columns jsonb DEFAULT '{}', length_unit text DEFAULT NULL, weight_unit text DEFAULT NULL,
    gap float8 DEFAULT NULL, padding float8 DEFAULT NULL, time_zone text DEFAULT current_setting('TimeZone'),
    board_grade text DEFAULT NULL, board_opening text DEFAULT NULL, board_price float8 DEFAULT NULL, co2e_per_kg float8 DEFAULT NULL,
    keep packopt.box[] DEFAULT NULL, max_changes int DEFAULT NULL, auto_deploy bool DEFAULT false, late_days int DEFAULT 3,
    health_weeks int DEFAULT 8, watch_at float8 DEFAULT 0.02, reoptimize_at float8 DEFAULT 0.05, optimized_for packopt.profile DEFAULT NULL)
  RETURNS bigint
  LANGUAGE sql VOLATILE PARALLEL UNSAFE
  BEGIN ATOMIC
    -- the relation's name is looked up on the caller's search path, all else is not
    SELECT packopt.deploy(deploy_suite.suite_id, t.relation, t.columns, t.by, deploy_suite.site, t.length_unit, t.weight_unit,
      deploy_suite.baseline, deploy_suite.starts_on, deploy_suite.time_zone, deploy_suite.gap, deploy_suite.padding, deploy_suite.board_grade,
      deploy_suite.board_opening, deploy_suite.board_price, deploy_suite.co2e_per_kg, deploy_suite.keep, deploy_suite.max_changes,
      deploy_suite.auto_deploy, deploy_suite.late_days, deploy_suite.health_weeks, deploy_suite.watch_at, deploy_suite.reoptimize_at,
      deploy_suite.optimized_for)
    FROM packopt.tracked_relation(deploy_suite.shipments, deploy_suite.columns, deploy_suite.length_unit, deploy_suite.weight_unit, deploy_suite.by) t;
  END;
COMMENT ON FUNCTION @extschema@.deploy_suite(bigint, text, packopt.box[], text, date, text, jsonb, text, text, float8, float8, text, text, text, float8, float8, packopt.box[], int, bool, int, int, float8, float8, packopt.profile) IS
  'records that a suite is in use from a day on, for the shipments of a relation (of the site by = site, if given), and gives the number of the deployment; what was deployed there ends; savings are counted against the boxes baseline';

CREATE FUNCTION @extschema@.end_deployment(deployment_id bigint, ends_on date DEFAULT NULL) RETURNS date
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  d packopt.deployments;
  day date;
BEGIN
  SELECT * INTO d FROM packopt.deployments x WHERE x.deployment_id = end_deployment.deployment_id AND packopt.may_change(x.owner) FOR UPDATE;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'there is no deployment %', coalesce(end_deployment.deployment_id::text, 'NULL')
      USING ERRCODE = 'undefined_object', HINT = 'packopt.deployments lists those that you may end.';
  END IF;
  day := coalesce(end_deployment.ends_on, packopt.local_day(now(), d.time_zone));
  IF day < d.starts_on THEN
    RAISE EXCEPTION 'deployment % cannot end on %, before it starts', d.deployment_id, day
      USING ERRCODE = 'invalid_parameter_value', DETAIL = format('It starts on %s.', d.starts_on);
  END IF;
  IF day > d.ends_on THEN
    RAISE EXCEPTION 'deployment % has ended already', d.deployment_id
      USING ERRCODE = 'object_not_in_prerequisite_state', DETAIL = format('It ended on %s.', d.ends_on);
  END IF;
  PERFORM packopt.cut_deployment(d.deployment_id, day);
  RETURN day;
END
$$;
COMMENT ON FUNCTION @extschema@.end_deployment(bigint, date) IS
  'ends a deployment, and gives the first day that no longer counts: ends_on, or today in its time zone; days from then on are forgotten';

---------------------------------------------------------------------------------------------------
-- Savings
---------------------------------------------------------------------------------------------------

CREATE FUNCTION packopt.carton_board(box packopt.box, length_unit text, thickness_mm float8, opening text) RETURNS float8
  AS 'MODULE_PATHNAME', 'packopt_carton_board' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION packopt.carton_board(packopt.box, text, float8, text) IS
  'internal: board of a carton in m2, by numbers that do not change with packopt.board_grades; NULL for a mailer';

CREATE FUNCTION packopt.frozen_board_area(box packopt.box, d packopt.deployments) RETURNS float8
  LANGUAGE sql STABLE PARALLEL SAFE
  BEGIN ATOMIC
    SELECT packopt.carton_board(frozen_board_area.box, (d).length_unit, (d).board_thickness_mm, (d).board_opening);
  END;
COMMENT ON FUNCTION packopt.frozen_board_area(packopt.box, packopt.deployments) IS 'internal: board of a carton in m2, with the board of a deployment';

CREATE FUNCTION packopt.suite_sums(profile packopt.profile, boxes packopt.box[], d packopt.deployments,
    OUT shipments bigint, OUT box_volume float8, OUT content_volume float8, OUT board_area_m2 float8)
  LANGUAGE sql STABLE PARALLEL SAFE
  BEGIN ATOMIC
    SELECT coalesce(sum(e.shipments), 0)::bigint, coalesce(sum(e.box_volume), 0), coalesce(sum(e.content_volume), 0),
      coalesce(sum(e.shipments * packopt.frozen_board_area(e.box, d)), 0)
    FROM @extschema@.evaluate_suite(suite_sums.profile, suite_sums.boxes, (d).padding) e
    WHERE e.box IS NOT NULL;
  END;
COMMENT ON FUNCTION packopt.suite_sums(packopt.profile, packopt.box[], packopt.deployments) IS
  'internal: what boxes take with the settings of a deployment';

CREATE FUNCTION packopt.measure_day(d packopt.deployments, measured_day date, whole packopt.profile) RETURNS void
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  deployed record;
  base record;
  used record;
  shared packopt.profile;
  saved_volume float8;
  saved_area float8;
  compared bigint;
BEGIN
  INSERT INTO packopt.daily_box_usage (deployment_id, day, suite, box, shipments, box_volume, content_volume, board_area_m2)
  SELECT d.deployment_id, measured_day, a.suite, e.box, e.shipments, e.box_volume, e.content_volume, e.shipments * packopt.frozen_board_area(e.box, d)
  FROM (VALUES ('deployed', d.boxes), ('baseline', d.baseline)) a(suite, boxes), @extschema@.evaluate_suite(whole, a.boxes, d.padding) e
  WHERE e.box IS NOT NULL AND e.shipments > 0;

  -- A part holds the shipments that went into one box. A mailer has no volume to compare.
  INSERT INTO packopt.daily_box_usage (deployment_id, day, suite, box, shipments, box_volume, content_volume, board_area_m2)
  SELECT d.deployment_id, measured_day, 'used', p.used_box, packopt.shipments(w.part), packopt.shipments(w.part) * packopt.volume(p.used_box),
    packopt.content_volume(w.part), packopt.shipments(w.part) * packopt.frozen_board_area(p.used_box, d)
  FROM packopt.daily_profiles p, packopt.profile_within(p.profile, NULL, 0, d.max_weight) w(part)
  WHERE p.deployment_id = d.deployment_id AND p.day = measured_day AND packopt.volume(p.used_box) > 0 AND packopt.shipments(w.part) > 0;

  SELECT coalesce(sum(u.shipments) FILTER (WHERE u.suite = 'deployed'), 0)::bigint AS shipments,
    coalesce(sum(u.box_volume) FILTER (WHERE u.suite = 'deployed'), 0) AS box_volume,
    coalesce(sum(u.content_volume) FILTER (WHERE u.suite = 'deployed'), 0) AS content_volume,
    coalesce(sum(u.board_area_m2) FILTER (WHERE u.suite = 'deployed'), 0) AS board_area_m2
  INTO deployed FROM packopt.daily_box_usage u WHERE u.deployment_id = d.deployment_id AND u.day = measured_day;
  SELECT coalesce(sum(u.shipments) FILTER (WHERE u.suite = 'baseline'), 0)::bigint AS shipments,
    coalesce(sum(u.box_volume) FILTER (WHERE u.suite = 'baseline'), 0) AS box_volume,
    coalesce(sum(u.content_volume) FILTER (WHERE u.suite = 'baseline'), 0) AS content_volume,
    coalesce(sum(u.board_area_m2) FILTER (WHERE u.suite = 'baseline'), 0) AS board_area_m2
  INTO base FROM packopt.daily_box_usage u WHERE u.deployment_id = d.deployment_id AND u.day = measured_day;

  -- Where a suite holds fewer shipments, it does not save what the others would have taken.
  compared := packopt.shipments(whole);
  saved_volume := base.box_volume - deployed.box_volume;
  saved_area := base.board_area_m2 - deployed.board_area_m2;
  IF deployed.shipments < compared OR base.shipments < compared THEN
    shared := packopt.profile_within(packopt.profile_within(whole, d.boxes, d.padding), d.baseline, d.padding);
    compared := packopt.shipments(shared);
    SELECT b.box_volume - a.box_volume, b.board_area_m2 - a.board_area_m2 INTO saved_volume, saved_area
    FROM packopt.suite_sums(shared, d.boxes, d) a, packopt.suite_sums(shared, d.baseline, d) b;
  END IF;

  SELECT coalesce(sum(u.shipments), 0)::bigint AS shipments, coalesce(sum(u.box_volume), 0) AS box_volume,
    coalesce(sum(u.content_volume), 0) AS content_volume, coalesce(sum(u.board_area_m2), 0) AS board_area_m2,
    coalesce(sum(u.shipments) FILTER (WHERE u.box OPERATOR(@extschema@.=) ANY (d.boxes)), 0)::bigint AS from_suite,
    coalesce(sum(a.shipments), 0)::bigint AS as_advised, coalesce(sum(c.shipments), 0)::bigint AS compared,
    coalesce(sum(c.box_volume - c.shipments * packopt.volume(u.box)), 0) AS saved_volume,
    coalesce(sum(c.board_area_m2 - c.shipments * packopt.frozen_board_area(u.box, d)), 0) AS saved_board_area_m2
  INTO used
  FROM packopt.daily_box_usage u
    JOIN packopt.daily_profiles p ON p.deployment_id = d.deployment_id AND p.day = measured_day AND p.used_box OPERATOR(@extschema@.=) u.box
    CROSS JOIN packopt.profile_within(p.profile, NULL, 0, d.max_weight) w(part)
    LEFT JOIN LATERAL (SELECT e.shipments FROM @extschema@.evaluate_suite(w.part, d.boxes, d.padding) e WHERE e.box OPERATOR(@extschema@.=) u.box) a ON true
    CROSS JOIN packopt.suite_sums(packopt.profile_within(w.part, d.baseline, d.padding), d.baseline, d) c
  WHERE u.deployment_id = d.deployment_id AND u.day = measured_day AND u.suite = 'used';

  INSERT INTO packopt.daily_savings VALUES (d.deployment_id, measured_day, timezone(d.time_zone, measured_day::timestamp), packopt.shipments(whole), packopt.left_out_shipments(whole),
    packopt.shipments(whole) - deployed.shipments, deployed.box_volume, deployed.content_volume,
    (SELECT m.void_above_half FROM packopt.suite_measures(whole, d.boxes, d.padding, 'C') m), deployed.board_area_m2,
    packopt.shipments(whole) - base.shipments, base.box_volume, base.content_volume,
    (SELECT m.void_above_half FROM packopt.suite_measures(whole, d.baseline, d.padding, 'C') m), base.board_area_m2,
    compared, saved_volume, saved_area,
    used.shipments, used.from_suite, used.as_advised, used.box_volume, used.content_volume, used.board_area_m2,
    used.compared, used.saved_volume, used.saved_board_area_m2);
END
$$;
COMMENT ON FUNCTION packopt.measure_day(packopt.deployments, date, packopt.profile) IS 'internal: computes the savings of one day from its stored profile';

CREATE FUNCTION packopt.measure_days(d packopt.deployments, since date, until date) RETURNS void
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  measured record;
BEGIN
  DELETE FROM packopt.daily_savings s WHERE s.deployment_id = d.deployment_id AND s.day >= measure_days.since AND s.day < measure_days.until;
  DELETE FROM packopt.daily_box_usage u WHERE u.deployment_id = d.deployment_id AND u.day >= measure_days.since AND u.day < measure_days.until;
  -- a day without shipments has a row, too: it was read
  FOR measured IN
    SELECT g.day::date AS day, packopt.profile_within(@extschema@.profile(p.profile), NULL, 0, d.max_weight) AS whole
    FROM generate_series(measure_days.since, measure_days.until - 1, '1 day'::interval) g(day)
      LEFT JOIN packopt.daily_profiles p ON p.deployment_id = d.deployment_id AND p.day = g.day::date
    GROUP BY 1 ORDER BY 1
  LOOP
    PERFORM packopt.measure_day(d, measured.day, measured.whole);
  END LOOP;
  PERFORM packopt.sum_weeks(d.deployment_id, measure_days.since, measure_days.until);
END
$$;
COMMENT ON FUNCTION packopt.measure_days(packopt.deployments, date, date) IS 'internal: computes the savings of days from their stored profiles';

CREATE FUNCTION packopt.merge_old_days(d packopt.deployments) RETURNS void
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  first_kept date := d.refreshed_until - coalesce(current_setting('packopt.keep_daily_profiles', true), '400')::int;
  month record;
BEGIN
  FOR month IN
    SELECT date_trunc('month', p.day)::date AS first, (date_trunc('month', p.day) + '1 month'::interval)::date AS until
    FROM packopt.daily_profiles p
    WHERE p.deployment_id = d.deployment_id AND p.day >= d.starts_on AND p.until = p.day + 1
      AND date_trunc('month', p.day) + '1 month'::interval <= first_kept
    GROUP BY 1, 2
  LOOP
    WITH old AS (
      DELETE FROM packopt.daily_profiles p
      WHERE p.deployment_id = d.deployment_id AND p.day >= greatest(month.first, d.starts_on) AND p.day < month.until
      RETURNING p.profile)
    INSERT INTO packopt.daily_profiles (deployment_id, day, part, until, profile)
    SELECT d.deployment_id, greatest(month.first, d.starts_on), 0, least(month.until, d.ends_on), @extschema@.profile(old.profile) FROM old;
  END LOOP;
END
$$;
COMMENT ON FUNCTION packopt.merge_old_days(packopt.deployments) IS 'internal: merges profiles of days older than packopt.keep_daily_profiles into months';

CREATE FUNCTION packopt.is_fatal(sqlstate text) RETURNS bool
  LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
  BEGIN ATOMIC
    SELECT left(is_fatal.sqlstate, 2) = ANY (ARRAY['40', '53', '57', '58']);
  END;
COMMENT ON FUNCTION packopt.is_fatal(text) IS
  'internal: whether an error is of the transaction or the server (serialization, resources, shutdown, disk), and not of one deployment';

CREATE FUNCTION packopt.note_failure(deployments bigint[], error text) RETURNS void
  LANGUAGE sql VOLATILE PARALLEL UNSAFE
  BEGIN ATOMIC
    UPDATE packopt.deployments d SET failed_at = clock_timestamp(), error = note_failure.error
    WHERE d.deployment_id = ANY (note_failure.deployments);
  END;
COMMENT ON FUNCTION packopt.note_failure(bigint[], text) IS 'internal: records why deployments could not be refreshed';

CREATE FUNCTION packopt.refresh_step(argument jsonb) RETURNS jsonb
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp SET client_min_messages = error
AS $$
DECLARE
  ids bigint[] := ARRAY(SELECT e::bigint FROM jsonb_array_elements_text(refresh_step.argument -> 'deployments') e ORDER BY 1);
  d packopt.deployments;
  first_day date;
  end_day date;
  due bigint[] := '{}';
  due_since date[] := '{}';
  due_until date[] := '{}';
  without_day jsonb;
  result jsonb := '[]';
  i int;
BEGIN
  PERFORM FROM packopt.deployments x WHERE x.deployment_id = ANY (ids) ORDER BY x.deployment_id FOR UPDATE;
  FOR d IN SELECT * FROM packopt.deployments x WHERE x.deployment_id = ANY (ids) ORDER BY x.deployment_id
  LOOP
    -- only whole days, as the clock of the site has them
    end_day := least(packopt.local_day(now(), d.time_zone), d.ends_on);
    first_day := CASE WHEN d.refreshed_until IS NULL THEN d.starts_on
      ELSE greatest(d.starts_on, least((refresh_step.argument ->> 'since')::date, d.refreshed_until - d.late_days)) END;
    -- days that were merged into a month are read again together
    SELECT least(first_day, min(p.day)) INTO first_day FROM packopt.daily_profiles p
    WHERE p.deployment_id = d.deployment_id AND p.day >= d.starts_on AND p.day < first_day AND p.until > first_day;
    IF first_day < end_day THEN
      due := due || d.deployment_id;
      due_since := due_since || first_day;
      due_until := due_until || end_day;
    ELSE
      UPDATE packopt.deployments x SET refreshed_at = clock_timestamp(), failed_at = NULL, error = NULL WHERE x.deployment_id = d.deployment_id;
      result := result || jsonb_build_object('deployment_id', d.deployment_id, 'status', 'up to date');
    END IF;
  END LOOP;
  IF due = '{}' THEN
    RETURN result;
  END IF;

  -- One scan for all of them: they differ in their sites and days only.
  DELETE FROM packopt.daily_profiles p USING unnest(due, due_since, due_until) s(deployment_id, since, until)
  WHERE p.deployment_id = s.deployment_id AND p.day >= s.since AND p.day < s.until;
  SELECT * INTO d FROM packopt.deployments x WHERE x.deployment_id = due[1];
  WITH scanned AS MATERIALIZED (
    SELECT * FROM packopt.scan_days(d, (SELECT min(s) FROM unnest(due_since) s), (SELECT max(s) FROM unnest(due_until) s),
      ARRAY(SELECT x.site FROM packopt.deployments x WHERE x.deployment_id = ANY (due) ORDER BY 1))),
  stored AS (
    INSERT INTO packopt.daily_profiles (deployment_id, day, part, until, used_box, profile)
    SELECT s.deployment_id, c.day, row_number() OVER (PARTITION BY s.deployment_id, c.day ORDER BY c.used_box), c.day + 1, c.used_box, c.profile
    FROM unnest(due, due_since, due_until) s(deployment_id, since, until)
      JOIN packopt.deployments x ON x.deployment_id = s.deployment_id
      JOIN scanned c ON (x.site_column IS NULL OR c.site = x.site) AND c.day >= s.since AND c.day < s.until)
  SELECT jsonb_object_agg(coalesce(c.site, ''), c.row_count) INTO without_day
  FROM (SELECT u.site, sum(u.row_count) AS row_count FROM scanned u WHERE u.day IS NULL GROUP BY u.site) c;

  FOR i IN 1 .. cardinality(due)
  LOOP
    SELECT * INTO d FROM packopt.deployments x WHERE x.deployment_id = due[i];
    BEGIN
      PERFORM packopt.measure_days(d, due_since[i], due_until[i]);
      UPDATE packopt.deployments x
      SET refreshed_until = greatest(x.refreshed_until, due_until[i]), refreshed_at = clock_timestamp(), failed_at = NULL, error = NULL,
        undated = coalesce((without_day ->> CASE WHEN d.site_column IS NULL THEN '' ELSE d.site END)::bigint, 0)
      WHERE x.deployment_id = d.deployment_id RETURNING x.* INTO d;
      PERFORM packopt.merge_old_days(d);
      result := result || (
        SELECT jsonb_build_object('deployment_id', d.deployment_id, 'status', 'refreshed', 'since', due_since[i], 'until', due_until[i],
          'shipments', coalesce(sum(s.shipments), 0), 'left_out', coalesce(sum(s.left_out), 0), 'undated', d.undated)
        FROM packopt.daily_savings s WHERE s.deployment_id = d.deployment_id AND s.day >= due_since[i] AND s.day < due_until[i]);
    EXCEPTION WHEN OTHERS THEN
      IF packopt.is_fatal(SQLSTATE) THEN
        RAISE;
      END IF;
      PERFORM packopt.note_failure(ARRAY[due[i]], SQLERRM);
      result := result || jsonb_build_object('deployment_id', due[i], 'status', 'broken', 'error', SQLERRM);
    END;
  END LOOP;
  RETURN result;
END
$$;
COMMENT ON FUNCTION packopt.refresh_step(jsonb) IS 'internal: refreshes deployments that share a relation, as their owner';

CREATE FUNCTION @extschema@.refresh_savings(deployment_id bigint DEFAULT NULL, since date DEFAULT NULL, health bool DEFAULT true)
  RETURNS TABLE (deployment bigint, shipments_relation text, site text, status text, first_day date, until_day date, shipments bigint,
    left_out bigint, undated bigint, verdict text, error text)
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE ROWS 50 SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  chosen bigint[];
  alike record;
  did jsonb;
  one jsonb;
BEGIN
  IF refresh_savings.deployment_id IS NOT NULL AND NOT EXISTS (
    SELECT FROM packopt.deployments d WHERE d.deployment_id = refresh_savings.deployment_id AND packopt.may_change(d.owner)) THEN
    RAISE EXCEPTION 'there is no deployment %', refresh_savings.deployment_id
      USING ERRCODE = 'undefined_object', HINT = 'packopt.deployments lists those that you may refresh.';
  END IF;
  SELECT array_agg(d.deployment_id) INTO chosen
  FROM packopt.deployments d
  WHERE packopt.may_change(d.owner)
    AND (d.deployment_id = refresh_savings.deployment_id OR (refresh_savings.deployment_id IS NULL AND (
      d.ends_on IS NULL OR d.refreshed_until IS NULL OR d.refreshed_until < d.ends_on OR refresh_savings.since < d.ends_on
      OR current_date - d.ends_on <= d.late_days + 2)));
  -- One refresh at a time of each deployment. All lock in this order, so that none waits for another in a ring.
  PERFORM FROM packopt.deployments d WHERE d.deployment_id = ANY (chosen) ORDER BY d.deployment_id FOR UPDATE;
  -- deployments that one scan serves
  FOR alike IN
    SELECT d.owner, array_agg(d.deployment_id ORDER BY d.deployment_id) AS ids
    FROM packopt.deployments d
    WHERE d.deployment_id = ANY (chosen)
    GROUP BY d.owner, d.shipments, d.columns, d.site_column, d.time_zone, d.length_unit, d.weight_unit, d.gap, d.weight_step
    ORDER BY min(d.deployment_id)
  LOOP
    BEGIN
      did := packopt.run_as_owner(alike.owner, 'refresh', jsonb_build_object('deployments', alike.ids, 'since', refresh_savings.since));
    EXCEPTION WHEN OTHERS THEN
      IF packopt.is_fatal(SQLSTATE) THEN
        RAISE;
      END IF;
      PERFORM packopt.note_failure(alike.ids, SQLERRM);
      SELECT jsonb_agg(jsonb_build_object('deployment_id', i, 'status', 'broken', 'error', SQLERRM)) INTO did FROM unnest(alike.ids) i;
    END;
    FOR one IN SELECT * FROM jsonb_array_elements(did)
    LOOP
      deployment := (one ->> 'deployment_id')::bigint;
      status := one ->> 'status';
      first_day := (one ->> 'since')::date;
      until_day := (one ->> 'until')::date;
      shipments := (one ->> 'shipments')::bigint;
      left_out := (one ->> 'left_out')::bigint;
      undated := (one ->> 'undated')::bigint;
      error := one ->> 'error';
      verdict := NULL;
      SELECT d.shipments, d.site INTO shipments_relation, site FROM packopt.deployments d WHERE d.deployment_id = deployment;
      IF health AND status = 'refreshed' THEN
        BEGIN
          verdict := packopt.run_as_owner(alike.owner, 'health', jsonb_build_object('deployment', deployment)) ->> 'verdict';
        EXCEPTION WHEN OTHERS THEN
          IF packopt.is_fatal(SQLSTATE) THEN
            RAISE;
          END IF;
          error := SQLERRM;
          PERFORM packopt.note_failure(ARRAY[deployment], 'health: ' || SQLERRM);
        END;
      END IF;
      IF error IS NOT NULL THEN
        verdict := 'broken';
        RAISE WARNING 'deployment % could not be refreshed: %', deployment, error;
      END IF;
      RETURN NEXT;
    END LOOP;
  END LOOP;
END
$$;
COMMENT ON FUNCTION @extschema@.refresh_savings(bigint, date, bool) IS
  'reads the days that were not read yet, and the last ones again (or all from since on), of one deployment or all that one may change, each with its owner''s rights; computes their savings and, with health, how the suite does; one row per deployment, with its error if it is broken';

---------------------------------------------------------------------------------------------------
-- Health
---------------------------------------------------------------------------------------------------

CREATE FUNCTION packopt.profile_distance(packopt.profile, packopt.profile) RETURNS float8
  AS 'MODULE_PATHNAME', 'packopt_profile_distance' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10000;
COMMENT ON FUNCTION packopt.profile_distance(packopt.profile, packopt.profile) IS
  'distance between two demands, 0 to 1: the share of shipments that would have to change for one to become the other, by the octaves of the three sides of the smallest minimal box; NULL if one has no shipments';

CREATE FUNCTION packopt.trailing_profile(d packopt.deployments, since date) RETURNS packopt.profile
  LANGUAGE sql STABLE PARALLEL SAFE
  BEGIN ATOMIC
    SELECT packopt.profile_within(@extschema@.profile(p.profile), NULL, 0, (d).max_weight)
    FROM packopt.daily_profiles p
    WHERE p.deployment_id = (d).deployment_id AND p.day >= trailing_profile.since;
  END;
COMMENT ON FUNCTION packopt.trailing_profile(packopt.deployments, date) IS 'internal: the shipments of a deployment from a day on, from its stored profiles';

CREATE FUNCTION packopt.optimize_for(d packopt.deployments, profile packopt.profile, name text, keep packopt.box[] DEFAULT NULL,
    current packopt.box[] DEFAULT NULL, max_changes int DEFAULT NULL, OUT suite_id bigint, OUT boxes packopt.box[], OUT cost float8)
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  candidates packopt.box[] := (SELECT array_agg(c::packopt.box) FROM jsonb_array_elements_text(d.options -> 'candidates') c);
  -- what had no price when the suite was optimized has none now, whatever the settings say
  no_price float8 := CASE d.objective WHEN 'cost' THEN 0 END;
BEGIN
  SELECT max(s.suite_id), array_agg(s.box ORDER BY s.box) FILTER (WHERE s.box IS NOT NULL), sum(s.box_volume)
  INTO optimize_for.suite_id, optimize_for.boxes, optimize_for.cost
  FROM @extschema@.optimize_suite(optimize_for.profile, coalesce(cardinality(optimize_for.keep), cardinality(d.boxes)), objective => d.objective,
    steps => (d.options ->> 'steps')::packopt.box, min_box => (d.options ->> 'min_box')::packopt.box,
    max_box => (d.options ->> 'max_box')::packopt.box, keep => coalesce(optimize_for.keep, d.keep), candidates => candidates,
    padding => d.padding, name => optimize_for.name, save => optimize_for.name IS NOT NULL OR d.objective <> 'volume',
    max_ratio => (d.options ->> 'max_ratio')::float8, min_share => (d.options ->> 'min_share')::float8,
    current => optimize_for.current, max_changes => optimize_for.max_changes, board_grade => d.options ->> 'board_grade',
    board_price => coalesce((d.options ->> 'board_price')::float8, no_price), weight_price => coalesce((d.options ->> 'weight_price')::float8, no_price),
    fill_price => coalesce((d.options ->> 'fill_price')::float8, no_price), dim_divisor => (d.options ->> 'dim_divisor')::float8) s;
  IF d.objective <> 'volume' THEN
    -- what a suite costs by another objective is told by the stored one alone
    SELECT s.cost INTO optimize_for.cost FROM packopt.suites s WHERE s.suite_id = optimize_for.suite_id;
    IF optimize_for.name IS NULL THEN
      DELETE FROM packopt.suites s WHERE s.suite_id = optimize_for.suite_id;
    END IF;
  END IF;
END
$$;
COMMENT ON FUNCTION packopt.optimize_for(packopt.deployments, packopt.profile, text, packopt.box[], packopt.box[], int) IS
  'internal: optimizes as the suite of a deployment was; stores the suite under its name, if it has one';

CREATE FUNCTION packopt.suite_cost(d packopt.deployments, profile packopt.profile, boxes packopt.box[]) RETURNS float8
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp SET packopt.effort = fast
AS $$
BEGIN
  IF d.objective = 'volume' THEN
    RETURN (packopt.suite_sums(suite_cost.profile, suite_cost.boxes, d)).box_volume;
  END IF;
  -- a suite of boxes that must all be kept is these boxes
  RETURN (packopt.optimize_for(d, suite_cost.profile, NULL, suite_cost.boxes)).cost;
END
$$;
COMMENT ON FUNCTION packopt.suite_cost(packopt.deployments, packopt.profile, packopt.box[]) IS 'internal: what boxes cost, by a deployment''s objective';

CREATE FUNCTION packopt.health_step(argument jsonb) RETURNS jsonb
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp SET client_min_messages = error SET packopt.effort = fast
AS $$
DECLARE
  d packopt.deployments;
  h packopt.health_checks;
  recent packopt.profile;
  held packopt.profile;
  best record;
BEGIN
  SELECT * INTO d FROM packopt.deployments x WHERE x.deployment_id = (health_step.argument ->> 'deployment')::bigint FOR UPDATE;
  h.deployment_id := d.deployment_id;
  h.until := d.refreshed_until;
  h.since := greatest(d.starts_on, d.refreshed_until - 7 * d.health_weeks);
  recent := packopt.trailing_profile(d, h.since);
  h.shipments := packopt.shipments(recent);
  -- costs are compared over the shipments that the deployed suite holds; the others are counted
  held := packopt.profile_within(recent, d.boxes, d.padding);
  h.unboxed := h.shipments - packopt.shipments(held);
  h.distance := packopt.profile_distance(recent, (
    SELECT packopt.profile_within(@extschema@.profile(p.profile), NULL, 0, d.max_weight) FROM packopt.daily_profiles p
    WHERE p.deployment_id = d.deployment_id AND p.day < d.starts_on));
  IF packopt.shipments(held) >= 20 * cardinality(d.boxes) THEN
    best := packopt.optimize_for(d, held, NULL);
    h.best_boxes := best.boxes;
    h.best_cost := best.cost;
    h.cost := packopt.suite_cost(d, held, d.boxes);
    h.regret := greatest(h.cost / h.best_cost - 1, 0);
  END IF;
  h.verdict := CASE
    WHEN h.shipments < 20 * cardinality(d.boxes) THEN 'too early'
    WHEN h.regret >= d.reoptimize_at OR h.unboxed >= 0.01 * h.shipments THEN 're-optimize'
    WHEN h.regret >= d.watch_at OR h.unboxed >= 0.001 * h.shipments OR h.distance >= 0.2 THEN 'watch'
    ELSE 'ok' END;
  INSERT INTO packopt.health_checks (deployment_id, since, until, shipments, unboxed, cost, best_cost, best_boxes, regret, distance, verdict)
  VALUES (h.deployment_id, h.since, h.until, h.shipments, h.unboxed, h.cost, h.best_cost, h.best_boxes, h.regret, h.distance, h.verdict);
  DELETE FROM packopt.health_checks x
  WHERE x.deployment_id = d.deployment_id
    AND x.checked_at < now() - make_interval(days => coalesce(current_setting('packopt.keep_daily_profiles', true), '400')::int);
  RETURN jsonb_build_object('verdict', h.verdict);
END
$$;
COMMENT ON FUNCTION packopt.health_step(jsonb) IS 'internal: checks a deployment, as its owner';

---------------------------------------------------------------------------------------------------
-- Re-optimizing
---------------------------------------------------------------------------------------------------

CREATE FUNCTION packopt.redeploy(old packopt.deployments, suite_id bigint, starts_on date, optimized_for packopt.profile) RETURNS bigint
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  d packopt.deployments := old;
BEGIN
  SELECT s.suite_id, s.name INTO d.suite_id, d.suite_name FROM packopt.suites s WHERE s.suite_id = redeploy.suite_id;
  d.boxes := @extschema@.suite_boxes(redeploy.suite_id);
  d.deployment_id := nextval('packopt.deployments_deployment_id_seq');
  d.created_at := now();
  d.starts_on := redeploy.starts_on;
  d.ends_on := NULL;
  d.refreshed_until := NULL;
  d.refreshed_at := NULL;
  d.undated := NULL;
  d.failed_at := NULL;
  d.error := NULL;
  PERFORM packopt.make_way(d.shipments, d.site_column, d.site, d.starts_on);
  INSERT INTO packopt.deployments SELECT (d).*;
  PERFORM packopt.keep_reference(d, redeploy.optimized_for);
  RETURN d.deployment_id;
END
$$;
COMMENT ON FUNCTION packopt.redeploy(packopt.deployments, bigint, date, packopt.profile) IS 'internal: deploys another suite with everything else as it was';

CREATE FUNCTION packopt.reoptimize_step(argument jsonb) RETURNS jsonb
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp SET client_min_messages = error
AS $$
DECLARE
  d packopt.deployments;
  p packopt.proposals;
  recent packopt.profile;
  shared packopt.profile;
  suite record;
  now_used record;
  proposed record;
  today date;
BEGIN
  SELECT * INTO d FROM packopt.deployments x WHERE x.deployment_id = (reoptimize_step.argument ->> 'deployment')::bigint FOR UPDATE;
  today := packopt.local_day(now(), d.time_zone);
  IF d.ends_on IS NOT NULL THEN
    RAISE EXCEPTION 'deployment % has ended', d.deployment_id USING ERRCODE = 'object_not_in_prerequisite_state';
  END IF;
  p.deployment_id := d.deployment_id;
  p.until := coalesce(d.refreshed_until, d.starts_on);
  p.since := greatest(d.starts_on, p.until - 7 * d.health_weeks);
  recent := packopt.trailing_profile(d, p.since);
  IF packopt.shipments(recent) = 0 THEN
    RAISE EXCEPTION 'there are no shipments to optimize deployment % for', d.deployment_id
      USING ERRCODE = 'no_data_found', HINT = 'refresh_savings() reads them.';
  END IF;
  suite := packopt.optimize_for(d, recent, format('%s, for %s to %s', d.suite_name, p.since, p.until - 1), NULL,
    CASE WHEN d.max_changes IS NOT NULL THEN d.boxes END, d.max_changes);
  p.suite_id := suite.suite_id;
  SELECT count(*) INTO p.new_boxes FROM unnest(suite.boxes) b(box) WHERE NOT b.box OPERATOR(@extschema@.=) ANY (d.boxes);
  shared := packopt.profile_within(packopt.profile_within(recent, d.boxes, d.padding), suite.boxes, d.padding);
  p.shipments := packopt.shipments(shared);
  SELECT * INTO now_used FROM packopt.suite_sums(shared, d.boxes, d);
  SELECT * INTO proposed FROM packopt.suite_sums(shared, suite.boxes, d);
  p.cost := packopt.suite_cost(d, shared, d.boxes);
  p.proposed_cost := packopt.suite_cost(d, shared, suite.boxes);
  p.saved_volume_per_year := (now_used.box_volume - proposed.box_volume) * 365 / (p.until - p.since);
  p.saved_board_area_m2_per_year := (now_used.board_area_m2 - proposed.board_area_m2) * 365 / (p.until - p.since);
  p.switching_cost := (reoptimize_step.argument ->> 'cost_per_new_box')::float8 * p.new_boxes;
  IF p.saved_board_area_m2_per_year * d.board_price > 0 THEN
    p.payback_days := 365 * p.switching_cost / (p.saved_board_area_m2_per_year * d.board_price);
  END IF;
  IF p.new_boxes = 0 AND cardinality(suite.boxes) = cardinality(d.boxes) THEN
    DELETE FROM packopt.suites s WHERE s.suite_id = p.suite_id;
    RETURN to_jsonb(p) || jsonb_build_object('status', 'no better suite', 'suite_id', NULL);
  END IF;
  p.proposal_id := nextval('packopt.proposals_proposal_id_seq');
  p.proposed_at := now();
  IF coalesce((reoptimize_step.argument ->> 'deploy')::bool, d.auto_deploy) THEN
    p.deployed_as := packopt.redeploy(d, p.suite_id, greatest(today, d.starts_on), recent);
  END IF;
  INSERT INTO packopt.proposals SELECT (p).*;
  RETURN to_jsonb(p) || jsonb_build_object('status', CASE WHEN p.deployed_as IS NULL THEN 'proposed' ELSE 'deployed' END);
END
$$;
COMMENT ON FUNCTION packopt.reoptimize_step(jsonb) IS 'internal: proposes a suite in place of a deployed one, as its owner';

CREATE FUNCTION @extschema@.reoptimize(deployment_id bigint DEFAULT NULL, deploy bool DEFAULT NULL, cost_per_new_box float8 DEFAULT NULL)
  RETURNS TABLE (deployment bigint, status text, suite_id bigint, new_boxes int, shipments bigint, saved_share float8,
    saved_volume_per_year float8, saved_board_area_m2_per_year float8, switching_cost float8, payback_days float8, deployed_as bigint, error text)
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE ROWS 50 SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  d record;
  p jsonb;
BEGIN
  IF reoptimize.deployment_id IS NOT NULL AND NOT EXISTS (
    SELECT FROM packopt.deployments x WHERE x.deployment_id = reoptimize.deployment_id AND packopt.may_change(x.owner)) THEN
    RAISE EXCEPTION 'there is no deployment %', reoptimize.deployment_id
      USING ERRCODE = 'undefined_object', HINT = 'packopt.deployments lists those that you may re-optimize.';
  END IF;
  FOR d IN
    SELECT x.deployment_id, x.owner FROM packopt.deployments x
    WHERE packopt.may_change(x.owner) AND (x.deployment_id = reoptimize.deployment_id OR (reoptimize.deployment_id IS NULL
      AND x.ends_on IS NULL AND x.error IS NULL
      AND (SELECT h.verdict FROM packopt.health_checks h WHERE h.deployment_id = x.deployment_id ORDER BY h.check_id DESC LIMIT 1) = 're-optimize'))
    ORDER BY x.deployment_id
  LOOP
    error := NULL;
    BEGIN
      p := packopt.run_as_owner(d.owner, 'reoptimize', jsonb_build_object('deployment', d.deployment_id, 'deploy', deploy, 'cost_per_new_box', cost_per_new_box));
    EXCEPTION WHEN OTHERS THEN
      IF packopt.is_fatal(SQLSTATE) OR reoptimize.deployment_id IS NOT NULL THEN
        RAISE;
      END IF;
      p := jsonb_build_object('status', 'failed');
      error := SQLERRM;
      RAISE WARNING 'deployment % could not be re-optimized: %', d.deployment_id, SQLERRM;
    END;
    deployment := d.deployment_id;
    status := p ->> 'status';
    suite_id := (p ->> 'suite_id')::bigint;
    new_boxes := (p ->> 'new_boxes')::int;
    shipments := (p ->> 'shipments')::bigint;
    saved_share := 1 - (p ->> 'proposed_cost')::float8 / nullif((p ->> 'cost')::float8, 0);
    saved_volume_per_year := (p ->> 'saved_volume_per_year')::float8;
    saved_board_area_m2_per_year := (p ->> 'saved_board_area_m2_per_year')::float8;
    switching_cost := (p ->> 'switching_cost')::float8;
    payback_days := (p ->> 'payback_days')::float8;
    deployed_as := (p ->> 'deployed_as')::bigint;
    RETURN NEXT;
  END LOOP;
END
$$;
COMMENT ON FUNCTION @extschema@.reoptimize(bigint, bool, float8) IS
  'proposes a suite for the last weeks of one deployment, or of all whose verdict is re-optimize, with its own options and its owner''s rights; stores it, says what switching saves, and deploys it from today on if deploy, or without that argument the deployment''s auto_deploy, says so';

---------------------------------------------------------------------------------------------------
-- Views
---------------------------------------------------------------------------------------------------

-- Who may read a row is the policies' business where views run with the rights of who reads them (from
-- 15 on), and a condition of the views where they do not.
DO $do$
DECLARE
  invoker bool := current_setting('server_version_num')::int >= 150000;
  options text := CASE WHEN invoker THEN 'security_invoker = true' ELSE 'security_barrier = true' END;
  visible text := CASE WHEN invoker THEN 'true' ELSE '(d.owner IN (SELECT r FROM packopt.readable_roles() r) OR packopt.may_change(d.owner))' END;
  -- of a deployment d and sums, or one day's numbers, s
  heads text := 'd.deployment_id, d.suite_name, d.shipments AS shipments_relation, d.site, d.length_unit';
  measures text := $measures$
    s.shipments, s.left_out, s.unboxed, s.baseline_unboxed, s.compared,
    s.box_volume, s.baseline_box_volume, s.content_volume, s.baseline_content_volume, s.saved_volume,
    s.saved_volume / nullif(s.baseline_box_volume, 0) AS saved_share,
    s.content_volume / nullif(s.box_volume, 0) AS utilization,
    s.baseline_content_volume / nullif(s.baseline_box_volume, 0) AS baseline_utilization,
    s.box_volume - s.content_volume AS air, s.baseline_box_volume - s.baseline_content_volume AS baseline_air,
    s.void_above_half, s.baseline_void_above_half, s.board_area_m2, s.baseline_board_area_m2, s.saved_board_area_m2,
    s.saved_board_area_m2 * d.board_grammage_g_m2 / 1000 AS saved_board_kg,
    s.saved_board_area_m2 * d.board_grammage_g_m2 / 1000 * d.co2e_per_kg AS saved_co2e_kg,
    s.saved_board_area_m2 * d.board_price AS saved_cost,
    s.used, s.used_from_suite, s.used_as_advised, s.used_as_advised / nullif(s.used, 0)::float8 AS adherence,
    s.used_box_volume, s.realized_compared, s.realized_saved_volume, s.realized_saved_board_area_m2,
    s.realized_saved_board_area_m2 * d.board_grammage_g_m2 / 1000 AS realized_saved_board_kg,
    s.realized_saved_board_area_m2 * d.board_grammage_g_m2 / 1000 * d.co2e_per_kg AS realized_saved_co2e_kg,
    s.realized_saved_board_area_m2 * d.board_price AS realized_saved_cost$measures$;
  counts text[] := ARRAY['shipments', 'left_out', 'unboxed', 'baseline_unboxed', 'compared', 'void_above_half', 'baseline_void_above_half',
    'used', 'used_from_suite', 'used_as_advised', 'realized_compared'];
  amounts text[] := ARRAY['box_volume', 'baseline_box_volume', 'content_volume', 'baseline_content_volume', 'saved_volume', 'board_area_m2',
    'baseline_board_area_m2', 'saved_board_area_m2', 'used_box_volume', 'realized_saved_volume', 'realized_saved_board_area_m2'];
  sums text := (SELECT string_agg(format('sum(x.%1$s)::bigint AS %1$s', c), ', ') FROM unnest(counts) c)
    || ', ' || (SELECT string_agg(format('sum(x.%1$s) AS %1$s', a), ', ') FROM unnest(amounts) a);
  measure_comments text[] := ARRAY[
    'shipments', 'shipments, without those left out',
    'left_out', 'shipments without usable data, or too heavy',
    'unboxed', 'shipments that no box of the deployed suite holds',
    'baseline_unboxed', 'shipments that no box of the baseline holds',
    'compared', 'shipments that both suites hold: savings are counted over these',
    'box_volume', 'volume of the boxes of the deployed suite, in cubic length units',
    'baseline_box_volume', 'volume of the boxes of the baseline, in cubic length units',
    'content_volume', 'volume of the contents in the deployed suite, in cubic length units',
    'baseline_content_volume', 'volume of the contents in the baseline, in cubic length units',
    'saved_volume', 'volume of boxes saved against the baseline, in cubic length units',
    'saved_share', 'share of the baseline''s volume of boxes that is saved',
    'utilization', 'volume of the contents / volume of the boxes, deployed suite',
    'baseline_utilization', 'volume of the contents / volume of the boxes, baseline',
    'air', 'volume of the boxes - volume of the contents, deployed suite, in cubic length units',
    'baseline_air', 'volume of the boxes - volume of the contents, baseline, in cubic length units',
    'void_above_half', 'shipments whose box in the deployed suite is more than half empty',
    'baseline_void_above_half', 'shipments whose box in the baseline is more than half empty',
    'board_area_m2', 'board of the boxes of the deployed suite, in square metres',
    'baseline_board_area_m2', 'board of the boxes of the baseline, in square metres',
    'saved_board_area_m2', 'board saved against the baseline, in square metres',
    'saved_board_kg', 'board saved against the baseline, in kilograms',
    'saved_co2e_kg', 'greenhouse gas of that board, in kilograms of CO2 equivalent',
    'saved_cost', 'price of that board, in the currency of the deployment''s board_price; NULL without one',
    'used', 'shipments whose box is known',
    'used_from_suite', 'those of them in a box of the deployed suite',
    'used_as_advised', 'those of them in the very box that the deployed suite has for them',
    'adherence', 'used_as_advised / used; NULL where no box is known',
    'used_box_volume', 'volume of the boxes that were used, in cubic length units',
    'realized_compared', 'shipments whose box is known and that the baseline holds: realized savings are counted over these',
    'realized_saved_volume', 'volume that the boxes that were used saved against the baseline, in cubic length units',
    'realized_saved_board_area_m2', 'board that they saved, in square metres',
    'realized_saved_board_kg', 'board that they saved, in kilograms',
    'realized_saved_co2e_kg', 'greenhouse gas of that board, in kilograms of CO2 equivalent',
    'realized_saved_cost', 'price of that board; NULL without the deployment''s board_price'];
  head_comments text[] := ARRAY[
    'deployment_id', 'number of the deployment',
    'suite_name', 'name of the deployed suite',
    'shipments_relation', 'relation with the shipments',
    'site', 'the site; NULL = the whole relation',
    'length_unit', 'length unit of the volumes'];
  period text;
  first_day text;
  view text;
  i int;
BEGIN
  EXECUTE format($view$
    CREATE VIEW packopt.savings WITH (%s) AS
    SELECT %s, s.day, s.day_start, %s
    FROM packopt.deployments d JOIN packopt.daily_savings s ON s.deployment_id = d.deployment_id
    WHERE %s$view$, options, heads, measures, visible);
  COMMENT ON VIEW packopt.savings IS 'savings per deployment and day';
  COMMENT ON COLUMN packopt.savings.day IS 'the day, in the time zone of the deployment';
  COMMENT ON COLUMN packopt.savings.day_start IS 'the moment at which that day began';

  FOR period, first_day IN VALUES ('week', 'packopt.week_of(x.day)'), ('month', $$date_trunc('month', x.day::timestamp)::date$$) LOOP
    EXECUTE format($view$
      CREATE VIEW packopt.savings_%sly WITH (%s) AS
      SELECT %s, s.%s, s.days, %s
      FROM packopt.deployments d JOIN (
        SELECT x.deployment_id, %s AS %s, count(*)::int AS days, %s FROM packopt.daily_savings x GROUP BY 1, 2) s ON s.deployment_id = d.deployment_id
      WHERE %s$view$, period, options, heads, period, measures, first_day, period, sums, visible);
    EXECUTE format('COMMENT ON VIEW packopt.savings_%sly IS %L', period, 'savings per deployment and ' || period);
    EXECUTE format('COMMENT ON COLUMN packopt.savings_%sly.%s IS %L', period, period,
      'first day of the ' || period || CASE period WHEN 'week' THEN ', a Monday' ELSE '' END);
    EXECUTE format('COMMENT ON COLUMN packopt.savings_%sly.days IS %L', period, 'days of it that were refreshed');
  END LOOP;

  EXECUTE format($view$
    CREATE VIEW packopt.savings_total WITH (%s) AS
    SELECT %s, s.first_day, s.last_day, s.days, %s
    FROM packopt.deployments d JOIN (
      SELECT x.deployment_id, min(x.day) AS first_day, max(x.day) AS last_day, count(*)::int AS days, %s
      FROM packopt.daily_savings x GROUP BY 1) s ON s.deployment_id = d.deployment_id
    WHERE %s$view$, options, heads, measures, sums, visible);
  COMMENT ON VIEW packopt.savings_total IS 'savings per deployment';
  COMMENT ON COLUMN packopt.savings_total.first_day IS 'first day that was refreshed';
  COMMENT ON COLUMN packopt.savings_total.last_day IS 'last day that was refreshed';
  COMMENT ON COLUMN packopt.savings_total.days IS 'days that were refreshed';

  EXECUTE format($view$
    CREATE VIEW packopt.box_usage WITH (%s) AS
    SELECT %s, u.week, u.suite, u.box, u.length, u.width, u.height, u.shipments, u.share,
      u.box_volume, u.content_volume, u.content_volume / nullif(u.box_volume, 0) AS utilization, u.board_area_m2
    FROM packopt.deployments d JOIN packopt.weekly_box_usage u ON u.deployment_id = d.deployment_id
    WHERE %s$view$, options, heads, visible);
  COMMENT ON VIEW packopt.box_usage IS 'what goes into each box, per deployment and week';
  COMMENT ON COLUMN packopt.box_usage.week IS 'first day of the week, a Monday';
  COMMENT ON COLUMN packopt.box_usage.suite IS 'deployed: as the deployed suite has it; baseline: as the baseline has it; used: as it really was';
  COMMENT ON COLUMN packopt.box_usage.box IS 'the box, by its inner dimensions';
  COMMENT ON COLUMN packopt.box_usage.length IS 'its first dimension, in length units';
  COMMENT ON COLUMN packopt.box_usage.width IS 'its second dimension, in length units';
  COMMENT ON COLUMN packopt.box_usage.height IS 'its third dimension, in length units';
  COMMENT ON COLUMN packopt.box_usage.shipments IS 'shipments that go into it';
  COMMENT ON COLUMN packopt.box_usage.share IS 'their share of all that go into a box, in this suite and week';
  COMMENT ON COLUMN packopt.box_usage.box_volume IS 'its volume over these, in cubic length units';
  COMMENT ON COLUMN packopt.box_usage.content_volume IS 'volume of their contents, in cubic length units';
  COMMENT ON COLUMN packopt.box_usage.utilization IS 'volume of the contents / volume of the boxes';
  COMMENT ON COLUMN packopt.box_usage.board_area_m2 IS 'board of these boxes, in square metres';

  EXECUTE format($view$
    CREATE VIEW packopt.deployment_health WITH (%s) AS
    SELECT %s,
      CASE WHEN d.error IS NOT NULL THEN 'broken' ELSE coalesce(h.verdict, 'too early') END AS verdict,
      CASE WHEN d.error IS NOT NULL THEN 'see error; savings are as of ' || coalesce(d.refreshed_until::text, 'never')
        WHEN h.verdict = 're-optimize' AND p.suite_id IS NOT NULL THEN format('look at the proposed suite %%s', p.suite_id)
        WHEN h.verdict = 're-optimize' THEN format('run reoptimize(%%s)', d.deployment_id)
        WHEN h.verdict = 'watch' THEN 'look again in some weeks'
        WHEN h.verdict = 'ok' THEN 'nothing'
        ELSE 'wait for more shipments' END AS what_to_do,
      h.regret, h.distance, h.unboxed / nullif(h.shipments, 0)::float8 AS unboxed_share, h.shipments, h.since, h.until,
      h.checked_at, least(d.ends_on, current_date) - d.starts_on AS age_days, d.ends_on IS NULL AS running,
      d.starts_on, d.ends_on, d.refreshed_until, d.refreshed_at, d.undated, d.failed_at, d.error, p.suite_id AS proposed_suite_id
    FROM packopt.deployments d
      LEFT JOIN LATERAL (SELECT * FROM packopt.health_checks x WHERE x.deployment_id = d.deployment_id ORDER BY x.check_id DESC LIMIT 1) h ON true
      LEFT JOIN LATERAL (SELECT x.suite_id FROM packopt.proposals x WHERE x.deployment_id = d.deployment_id AND x.until >= h.since
                         ORDER BY x.proposal_id DESC LIMIT 1) p ON true
    WHERE %s$view$, options, heads, visible);
  COMMENT ON VIEW packopt.deployment_health IS 'how each deployment does, by the last check, and what to do';
  COMMENT ON COLUMN packopt.deployment_health.verdict IS 'ok, watch, re-optimize, too early (fewer than 20 shipments per box), or broken (the last refresh failed)';
  COMMENT ON COLUMN packopt.deployment_health.what_to_do IS 'what to do';
  COMMENT ON COLUMN packopt.deployment_health.regret IS 'what the deployed suite costs more than one optimized for the shipments since to until, as a share';
  COMMENT ON COLUMN packopt.deployment_health.distance IS 'distance between these shipments and those that the suite was optimized for, 0 to 1; NULL if the latter are not known';
  COMMENT ON COLUMN packopt.deployment_health.unboxed_share IS 'share of these shipments that no box of the deployed suite holds';
  COMMENT ON COLUMN packopt.deployment_health.shipments IS 'number of these shipments';
  COMMENT ON COLUMN packopt.deployment_health.since IS 'first day of these shipments';
  COMMENT ON COLUMN packopt.deployment_health.until IS 'first day behind them';
  COMMENT ON COLUMN packopt.deployment_health.checked_at IS 'when it was checked; NULL if it was not yet';
  COMMENT ON COLUMN packopt.deployment_health.age_days IS 'days since it started, up to its end';
  COMMENT ON COLUMN packopt.deployment_health.running IS 'whether the suite is in use';
  COMMENT ON COLUMN packopt.deployment_health.starts_on IS 'first day of the deployment';
  COMMENT ON COLUMN packopt.deployment_health.ends_on IS 'first day that no longer counts; NULL while the suite is in use';
  COMMENT ON COLUMN packopt.deployment_health.refreshed_until IS 'first day that was not read yet';
  COMMENT ON COLUMN packopt.deployment_health.refreshed_at IS 'when savings were refreshed last';
  COMMENT ON COLUMN packopt.deployment_health.undated IS 'rows without a time of shipment, which belong to no day';
  COMMENT ON COLUMN packopt.deployment_health.failed_at IS 'when the last refresh failed; NULL if it did not';
  COMMENT ON COLUMN packopt.deployment_health.error IS 'why the last refresh failed; NULL if it did not';
  COMMENT ON COLUMN packopt.deployment_health.proposed_suite_id IS 'the last proposal for these shipments; NULL if there is none';

  FOREACH view IN ARRAY ARRAY['savings', 'savings_weekly', 'savings_monthly', 'savings_total', 'box_usage', 'deployment_health'] LOOP
    EXECUTE format('GRANT SELECT ON packopt.%s TO PUBLIC', view);
    FOR i IN 1 .. cardinality(head_comments) BY 2 LOOP
      EXECUTE format('COMMENT ON COLUMN packopt.%s.%s IS %L', view, head_comments[i], head_comments[i + 1]);
    END LOOP;
    CONTINUE WHEN view NOT LIKE 'savings%';
    FOR i IN 1 .. cardinality(measure_comments) BY 2 LOOP
      EXECUTE format('COMMENT ON COLUMN packopt.%s.%s IS %L', view, measure_comments[i], measure_comments[i + 1]);
    END LOOP;
  END LOOP;
END
$do$;

---------------------------------------------------------------------------------------------------
-- Schedules
---------------------------------------------------------------------------------------------------

CREATE FUNCTION packopt.cron_jobs(refresh text, reoptimize text, OUT job text, OUT schedule text, OUT command text) RETURNS SETOF record
  LANGUAGE sql STABLE PARALLEL SAFE ROWS 2
  BEGIN ATOMIC
    SELECT format('packopt %s in %s', j.verb, current_database()), j.schedule, j.command
    FROM (VALUES ('refresh', cron_jobs.refresh, 'SELECT * FROM @extschema@.refresh_savings()'),
                 ('reoptimize', cron_jobs.reoptimize, 'SELECT * FROM @extschema@.reoptimize()')) j(verb, schedule, command);
  END;
COMMENT ON FUNCTION packopt.cron_jobs(text, text) IS 'internal: the jobs of this database';

CREATE FUNCTION packopt.has_cron() RETURNS bool
  LANGUAGE sql STABLE PARALLEL SAFE
  BEGIN ATOMIC
    SELECT EXISTS (SELECT FROM pg_extension e WHERE e.extname = 'pg_cron');
  END;
COMMENT ON FUNCTION packopt.has_cron() IS 'internal: whether pg_cron is installed in this database';

CREATE FUNCTION @extschema@.schedule_tracking(refresh text DEFAULT '15 3 * * *', reoptimize text DEFAULT '45 3 1 * *')
  RETURNS TABLE (job text, schedule text, scheduled bool, statement text)
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE ROWS 2 SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  j record;
  here bool := packopt.has_cron();
BEGIN
  FOR j IN SELECT * FROM packopt.cron_jobs(schedule_tracking.refresh, schedule_tracking.reoptimize) c WHERE c.schedule IS NOT NULL
  LOOP
    job := j.job;
    schedule := j.schedule;
    scheduled := here;
    IF here THEN
      statement := format('SELECT cron.schedule(%L, %L, %L)', j.job, j.schedule, j.command);
      EXECUTE statement;
    ELSE
      statement := format('SELECT cron.schedule_in_database(%L, %L, %L, %L)', j.job, j.schedule, j.command, current_database());
    END IF;
    RETURN NEXT;
  END LOOP;
  IF NOT here THEN
    IF current_setting('cron.database_name', true) IS NULL THEN
      RAISE NOTICE 'pg_cron is not there: nothing is scheduled'
        USING HINT = 'Install pg_cron and run the statements in its database, or have another scheduler run the commands in this one.';
    ELSE
      RAISE NOTICE 'pg_cron is not in this database: nothing is scheduled'
        USING HINT = format('Run the statements in the database %s, as a role that may.', quote_ident(current_setting('cron.database_name')));
    END IF;
  END IF;
END
$$;
COMMENT ON FUNCTION @extschema@.schedule_tracking(text, text) IS
  'has pg_cron run refresh_savings() and reoptimize() as the current user at these times (NULL = not); where pg_cron is not in this database, gives the statements to run where it is';

CREATE FUNCTION @extschema@.unschedule_tracking() RETURNS int
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  jobs int := 0;
  j record;
BEGIN
  IF NOT packopt.has_cron() THEN
    RAISE NOTICE 'pg_cron is not in this database: nothing is unscheduled'
      USING HINT = format('Where it is, run: SELECT cron.unschedule(jobid) FROM cron.job WHERE jobname IN (%s).',
        (SELECT string_agg(quote_literal(c.job), ', ') FROM packopt.cron_jobs('', '') c));
    RETURN 0;
  END IF;
  FOR j IN EXECUTE 'SELECT x.jobid FROM cron.job x JOIN packopt.cron_jobs($1, $1) c ON c.job = x.jobname WHERE x.username = current_user' USING ''::text
  LOOP
    EXECUTE 'SELECT cron.unschedule($1)' USING j.jobid;
    jobs := jobs + 1;
  END LOOP;
  RETURN jobs;
END
$$;
COMMENT ON FUNCTION @extschema@.unschedule_tracking() IS 'takes back what schedule_tracking had the current user''s pg_cron run, and gives the number of jobs';
