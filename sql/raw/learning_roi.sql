-- learning_roi, version 1
-- What the certification team's systems hold, typed and never rewritten.
-- owner: learning-analytics
--
-- Written by: whichever sources the project names: Kusto clusters, Trino, files.
-- One table per table of theirs, its fields in snake_case: `Candidate Email` is
-- candidate_email, user.handle is user_handle. Empty and missing are null. Times
-- are text as the source gave them, at most a fraction after the second; true and
-- false are 1 and 0; ids are integers but where the source keeps them as text.
-- Nothing but the kind of a value is refused here: what has no e-mail or no id is
-- counted where it is left out, not where it arrives.
--
-- A snapshot's slice is the whole table; of the others a slice is a stretch of
-- time, best a day.

-- The verified and other addresses of an account: snapshots.github_mysql1_user_emails_current.
-- kind: snapshot, key deobfuscated_email, user_id
create table raw_learning_roi__user_emails (
    row_id              integer primary key,  -- load_id << 28 | its number in the load, from 0
    source_offset       integer not null,     -- where the record began in what was decoded; unit: bytes
    state               text,                 -- verified, unverified
    deobfuscated_email  text,                 -- pii: email
    user_id             integer               -- pii: id
) strict;

-- Accounts as they were made: hydro.github_v1_user_signup.
-- kind: events, key actor_id, timestamp
create table raw_learning_roi__user_signups (
    row_id         integer primary key,
    source_offset  integer not null,  -- unit: bytes
    timestamp      text,
    email_address  text,              -- of email.address; pii: email
    actor_id       integer,           -- pii: id
    actor_login    text               -- pii: login
) strict;

-- Exams of the fiscal years 22 to 25, one row an attempt: ace.exam_results.
-- kind: snapshot, key eligibilityid, examcode, endtime
create table raw_learning_roi__exam_results (
    row_id         integer primary key,
    source_offset  integer not null,   -- unit: bytes
    email          text,               -- pii: email
    dotcomid       text,               -- text there; pii: id
    userhandle     text,               -- pii: login
    examname       text,
    examcode       text,               -- ACTIONS, ADMIN, GHAS, GHF, COPILOT, upper and lower case
    endtime        text,
    passed         integer             -- 1 yes, 0 no
        constraint passed_is_boolean check (passed in (0, 1)),
    correct        integer,            -- answers
    incorrect      integer,            -- answers
    eligibilityid  text,
    updateddate    text,
    firstname      text,               -- pii: name
    lastname       text,               -- pii: name
    company        text,
    companytype    text,
    country        text,
    region         text
) strict;

-- Exams of the fiscal year 26: ACE.pearson_exam_results. There is no id.
-- kind: snapshot, key candidate_email, candidate_first_name, candidate_last_name, candidate_country, candidate_region, exam_title, exam_series_code, date, total_passed, total_failed, registration_status, score
create table raw_learning_roi__pearson_exam_results (
    row_id                integer primary key,
    source_offset         integer not null,  -- unit: bytes
    candidate_email       text,              -- pii: email
    candidate_first_name  text,              -- pii: name
    candidate_last_name   text,              -- pii: name
    candidate_country     text,
    candidate_region      text,
    exam_title            text,
    exam_series_code      text,              -- GH-100, GH-200, ...
    date                  text,
    total_passed          integer,
    total_failed          integer,
    registration_status   text,
    score                 text               -- text or number there; a number as it is written
) strict;

-- Vouchers to sit an exam; several per eligibility, the latest kafka_timestamp
-- counts: hydro.ace_v0_eligibility_sent.
-- kind: versions, key existing_eligibility_id, newest kafka_timestamp
create table raw_learning_roi__eligibilities_sent (
    row_id                   integer primary key,
    source_offset            integer not null,  -- unit: bytes
    existing_eligibility_id  text,
    kafka_timestamp          text,
    user_handle              text,              -- of user.handle; pii: login
    exam_name                text,
    exam_code                text,
    start_date               text
) strict;

-- hydro.ace_v0_exam_scheduled.
-- kind: events, key eligibility_id, timestamp
create table raw_learning_roi__exams_scheduled (
    row_id          integer primary key,
    source_offset   integer not null,  -- unit: bytes
    eligibility_id  text,
    scheduled_for   text,
    timestamp       text,              -- when it was said
    user_handle     text,              -- pii: login
    exam_name       text,
    exam_code       text
) strict;

-- hydro.ace_v0_exam_rescheduled: as scheduled, for a new time.
-- kind: events, key eligibility_id, timestamp
create table raw_learning_roi__exams_rescheduled (
    row_id          integer primary key,
    source_offset   integer not null,  -- unit: bytes
    eligibility_id  text,
    scheduled_for   text,
    timestamp       text,
    user_handle     text,              -- pii: login
    exam_name       text,
    exam_code       text
) strict;

-- hydro.ace_v0_exam_cancelled.
-- kind: events, key eligibility_id, timestamp
create table raw_learning_roi__exams_cancelled (
    row_id          integer primary key,
    source_offset   integer not null,  -- unit: bytes
    eligibility_id  text,
    cancelled_on    text,
    timestamp       text,
    user_handle     text,              -- pii: login
    exam_name       text,
    exam_code       text
) strict;

-- hydro.ace_v0_exam_absent.
-- kind: events, key eligibility_id, timestamp
create table raw_learning_roi__exams_absent (
    row_id          integer primary key,
    source_offset   integer not null,  -- unit: bytes
    eligibility_id  text,
    absent_on       text,
    timestamp       text,
    user_handle     text,              -- pii: login
    exam_name       text,
    exam_code       text
) strict;

-- Who registered in the portal: ace.users.
-- kind: snapshot
create table raw_learning_roi__ace_users (
    row_id         integer primary key,
    source_offset  integer not null,  -- unit: bytes
    email          text,              -- pii: email
    workemail      text,              -- pii: email
    dotcomid       text,              -- pii: id
    userhandle     text,              -- pii: login
    firstname      text,              -- pii: name
    lastname       text,              -- pii: name
    jobrole        text,
    company        text,
    companytype    text,
    country        text,
    region         text,
    acceptedterms  text               -- when
) strict;

-- Who registered for an event: ace.event_registrants.
-- kind: snapshot
create table raw_learning_roi__event_registrants (
    row_id          integer primary key,
    source_offset   integer not null,  -- unit: bytes
    email           text,              -- pii: email
    userhandle      text,              -- pii: login
    eventid         text,
    attendancetype  text,              -- Full, Partial, No Show, empty
    eventcategory   text,
    updateddate     text
) strict;

-- What an account did in a product on a day: canonical.user_daily_activity_per_product.
-- kind: events, key user_id, day, product
create table raw_learning_roi__user_product_days (
    row_id                 integer primary key,
    source_offset          integer not null,  -- unit: bytes
    user_id                integer,           -- pii: id
    day                    text,              -- a date, or an instant at midnight
    product                text,
    num_engagement_events  integer,
    country_code           text               -- where it was active; null unless asked for
) strict;

-- Page views, best one row per user, page and hour, of the hot store (kusto, some
-- 90 days) and of the history (trino): hydro.analytics_v0_page_view. An export of
-- single views fits as well, and leaves last_timestamp and views null.
-- kind: events
create table raw_learning_roi__page_views (
    row_id          integer primary key,
    source_offset   integer not null,  -- unit: bytes
    source          text               -- null: an export that does not say
        constraint source_is_known check (source in ('kusto', 'trino')),
    timestamp       text,              -- of the first view in the hour
    last_timestamp  text,              -- of the last view in the hour; null: one view
    views           integer,           -- in the hour; null: one view
    page            text,              -- the address; query and fragment may be left out
    user_login      text,              -- pii: login
    user_id         integer,           -- pii: id
    actor_id        integer,           -- pii: id
    client_id       text,              -- of the browser; null where not kept; pii: id
    app             text,              -- learn, ...
    repository_nwo  text               -- owner/name
) strict;

-- Page views of docs.github.com, as above: hydro.docs_v0_page_event.
-- kind: events
create table raw_learning_roi__docs_page_events (
    row_id                  integer primary key,
    source_offset           integer not null,  -- unit: bytes
    source                  text               -- null: an export that does not say
        constraint source_is_known check (source in ('kusto', 'trino')),
    timestamp               text,              -- of the first view in the hour
    last_timestamp          text,              -- of the last view in the hour; null: one view
    views                   integer,           -- in the hour; null: one view
    context_dotcom_user     text,              -- pii: login
    context_path_product    text,
    context_octo_client_id  text               -- pii: id
) strict;

-- Credentials that partners gave: ACE.partner_credentials.
-- kind: snapshot
create table raw_learning_roi__partner_credentials (
    row_id                        integer primary key,
    source_offset                 integer not null,  -- unit: bytes
    status                        text,              -- Completed counts
    email                         text,              -- pii: email
    certification_name            text,
    partner_name                  text,
    certification_completed_date  text
) strict;

-- Accounts with their country and plan, the latest day of each: canonical.accounts_all.
-- kind: snapshot, key dotcom_id, day
create table raw_learning_roi__accounts (
    row_id                integer primary key,
    source_offset         integer not null,  -- unit: bytes
    dotcom_id             integer,           -- pii: id
    day                   text,
    account_type          text,              -- User, Organization
    country_account       text,
    created_at            text,
    is_staff              integer constraint is_staff_is_boolean check (is_staff in (0, 1)),
    is_spammy             integer constraint is_spammy_is_boolean check (is_spammy in (0, 1)),
    is_suspended          integer constraint is_suspended_is_boolean check (is_suspended in (0, 1)),
    is_paid               integer constraint is_paid_is_boolean check (is_paid in (0, 1)),
    plan                  text
) strict;

-- Which account belongs to which, the latest day of each pair: canonical.relationships_all.
-- kind: snapshot, key child_dotcom_id, parent_dotcom_id, day
create table raw_learning_roi__account_relationships (
    row_id            integer primary key,
    source_offset     integer not null,  -- unit: bytes
    child_dotcom_id   integer,           -- pii: id
    child_type        text,              -- User
    parent_dotcom_id  integer,
    parent_type       text,              -- Organization
    day               text
) strict;

-- Who pays for an account, the latest day of each: canonical.account_hierarchy_global_all
-- for organisations, account_hierarchy_dotcom_all for users.
-- kind: snapshot, key dotcom_id, account_type, day
create table raw_learning_roi__account_hierarchies (
    row_id                          integer primary key,
    source_offset                   integer not null,  -- unit: bytes
    dotcom_id                       integer,           -- pii: id
    account_type                    text,              -- User, Organization
    day                             text,
    login                           text,              -- pii: login
    account_country                 text,
    is_paid                         integer constraint is_paid_is_boolean check (is_paid in (0, 1)),
    plan_name                       text,
    enterprise_account_emu_enabled  integer constraint emu_is_boolean check (enterprise_account_emu_enabled in (0, 1)),
    enterprise_account_slug         text,
    enterprise_account_id           integer,
    customer_id                     text,
    customer_name                   text,
    salesforce_account_name         text,
    salesforce_parent_account_name  text,
    has_enterprise_agreements       integer constraint has_agreements_is_boolean check (has_enterprise_agreements in (0, 1))
) strict;
