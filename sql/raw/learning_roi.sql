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
    deobfuscated_email  text,                 -- the address in clear, as the account has it; pii: email
    user_id             integer               -- of the account the address belongs to; pii: id
) strict;

-- Accounts as they were made: hydro.github_v1_user_signup.
-- kind: events, key actor_id, timestamp
create table raw_learning_roi__user_signups (
    row_id         integer primary key,  -- load_id << 28 | its number in the load, from 0
    source_offset  integer not null,     -- where the record began in the decoded stream; unit: bytes
    timestamp      text,                 -- when the account was made
    email_address  text,                 -- of email.address; pii: email
    actor_id       integer,              -- of actor.id: the new account; pii: id
    actor_login    text                  -- of actor.login, as it was then; pii: login
) strict;

-- Exams of the fiscal years 22 to 25, one row an attempt: ace.exam_results.
-- kind: snapshot, key eligibilityid, examcode, endtime
create table raw_learning_roi__exam_results (
    row_id         integer primary key,  -- load_id << 28 | its number in the load, from 0
    source_offset  integer not null,     -- where the record began in the decoded stream; unit: bytes
    email          text,                 -- who sat the exam; null where not given; pii: email
    dotcomid       text,                 -- text there; pii: id
    userhandle     text,                 -- the candidate's login; null where not given; pii: login
    examname       text,                 -- as the exam was called then
    examcode       text,                 -- ACTIONS, ADMIN, GHAS, GHF, COPILOT, upper and lower case
    endtime        text,                 -- when the attempt ended
    passed         integer               -- 1 yes, 0 no
        constraint passed_is_boolean check (passed in (0, 1)),
    correct        integer,              -- answers
    incorrect      integer,              -- answers
    eligibilityid  text,                 -- of the voucher, as eligibility_id elsewhere
    updateddate    text,                 -- last change of the row in the source
    firstname      text,                 -- as the candidate gave it; pii: name
    lastname       text,                 -- as the candidate gave it; pii: name
    company        text,                 -- whom the person works for, as given when registering; null where not given
    companytype    text,                 -- kind of company, in the words of the source; null where not given
    country        text,                 -- as given when registering; null where not given
    region         text                  -- as the source groups countries; null where not given
) strict;

-- Exams of the fiscal year 26: ACE.pearson_exam_results. There is no id.
-- kind: snapshot, key candidate_email, candidate_first_name, candidate_last_name, candidate_country, candidate_region, exam_title, exam_series_code, date, total_passed, total_failed, registration_status, score
create table raw_learning_roi__pearson_exam_results (
    row_id                integer primary key,  -- load_id << 28 | its number in the load, from 0
    source_offset         integer not null,     -- where the record began in the decoded stream; unit: bytes
    candidate_email       text,                 -- who sat the exam, there being no id; null where not given; pii: email
    candidate_first_name  text,                 -- as the candidate gave it; pii: name
    candidate_last_name   text,                 -- as the candidate gave it; pii: name
    candidate_country     text,                 -- as the candidate gave it
    candidate_region      text,                 -- as the source groups countries; null where not given
    exam_title            text,                 -- as the exam is called
    exam_series_code      text,                 -- GH-100, GH-200, ...
    date                  text,                 -- of the exam, which may lie ahead
    total_passed          integer,              -- above 0: passed
    total_failed          integer,              -- above 0: failed
    registration_status   text,                 -- No Show, Absent, Canceled, Scheduled, ...; asked only of rows neither passed nor failed
    score                 text                  -- text or number there; a number as it is written
) strict;

-- Vouchers to sit an exam; several per eligibility, the latest kafka_timestamp
-- counts: hydro.ace_v0_eligibility_sent.
-- kind: versions, key existing_eligibility_id, newest kafka_timestamp
create table raw_learning_roi__eligibilities_sent (
    row_id                   integer primary key,  -- load_id << 28 | its number in the load, from 0
    source_offset            integer not null,     -- where the record began in the decoded stream; unit: bytes
    existing_eligibility_id  text,                 -- of the voucher, as eligibility_id elsewhere
    kafka_timestamp          text,                 -- when the message was sent
    user_handle              text,                 -- of user.handle; pii: login
    exam_name                text,                 -- of exam.name; goes before that of the exam events
    exam_code                text,                 -- of exam.code, as examcode among the results
    start_date               text                  -- from when the exam may be sat
) strict;

-- hydro.ace_v0_exam_scheduled.
-- kind: events, key eligibility_id, timestamp
create table raw_learning_roi__exams_scheduled (
    row_id          integer primary key,  -- load_id << 28 | its number in the load, from 0
    source_offset   integer not null,     -- where the record began in the decoded stream; unit: bytes
    eligibility_id  text,                 -- of the voucher the exam is sat with
    scheduled_for   text,                 -- when the exam is to be sat
    timestamp       text,                 -- when it was said
    user_handle     text,                 -- of user.handle, the candidate; pii: login
    exam_name       text,                 -- of exam.name; counts where the voucher has none
    exam_code       text                  -- of exam.code, as examcode among the results
) strict;

-- hydro.ace_v0_exam_rescheduled: as scheduled, for a new time.
-- kind: events, key eligibility_id, timestamp
create table raw_learning_roi__exams_rescheduled (
    row_id          integer primary key,  -- load_id << 28 | its number in the load, from 0
    source_offset   integer not null,     -- where the record began in the decoded stream; unit: bytes
    eligibility_id  text,                 -- of the voucher the exam is sat with
    scheduled_for   text,                 -- the new time of the exam
    timestamp       text,                 -- when it was said
    user_handle     text,                 -- of user.handle, the candidate; pii: login
    exam_name       text,                 -- of exam.name; counts where the voucher has none
    exam_code       text                  -- of exam.code, as examcode among the results
) strict;

-- hydro.ace_v0_exam_cancelled.
-- kind: events, key eligibility_id, timestamp
create table raw_learning_roi__exams_cancelled (
    row_id          integer primary key,  -- load_id << 28 | its number in the load, from 0
    source_offset   integer not null,     -- where the record began in the decoded stream; unit: bytes
    eligibility_id  text,                 -- of the voucher the exam is sat with
    cancelled_on    text,                 -- when the date was given up
    timestamp       text,                 -- when it was said
    user_handle     text,                 -- of user.handle, the candidate; pii: login
    exam_name       text,                 -- of exam.name; counts where the voucher has none
    exam_code       text                  -- of exam.code, as examcode among the results
) strict;

-- hydro.ace_v0_exam_absent.
-- kind: events, key eligibility_id, timestamp
create table raw_learning_roi__exams_absent (
    row_id          integer primary key,  -- load_id << 28 | its number in the load, from 0
    source_offset   integer not null,     -- where the record began in the decoded stream; unit: bytes
    eligibility_id  text,                 -- of the voucher the exam is sat with
    absent_on       text,                 -- the time at which nobody came
    timestamp       text,                 -- when it was said
    user_handle     text,                 -- of user.handle, the candidate; pii: login
    exam_name       text,                 -- of exam.name; counts where the voucher has none
    exam_code       text                  -- of exam.code, as examcode among the results
) strict;

-- Who registered in the portal: ace.users.
-- kind: snapshot
create table raw_learning_roi__ace_users (
    row_id         integer primary key,  -- load_id << 28 | its number in the load, from 0
    source_offset  integer not null,     -- where the record began in the decoded stream; unit: bytes
    email          text,                 -- goes before the other address; null where not given; pii: email
    workemail      text,                 -- stands in where email is null; pii: email
    dotcomid       text,                 -- of the GitHub account, text there; null where not known; pii: id
    userhandle     text,                 -- of the GitHub account; null where not known; pii: login
    firstname      text,                 -- as given when registering; pii: name
    lastname       text,                 -- as given when registering; pii: name
    jobrole        text,                 -- as given when registering; null where not given
    company        text,                 -- whom the person works for, as given when registering; null where not given
    companytype    text,                 -- kind of company, in the words of the source; null where not given
    country        text,                 -- as given when registering; null where not given
    region         text,                 -- as the source groups countries; null where not given
    acceptedterms  text                  -- when
) strict;

-- Who registered for an event: ace.event_registrants.
-- kind: snapshot
create table raw_learning_roi__event_registrants (
    row_id          integer primary key,  -- load_id << 28 | its number in the load, from 0
    source_offset   integer not null,     -- where the record began in the decoded stream; unit: bytes
    email           text,                 -- given for the event; pii: email
    userhandle      text,                 -- of the GitHub account; null where not given; pii: login
    eventid         text,                 -- of the event, shared by all who registered
    attendancetype  text,                 -- Full, Partial, No Show, empty
    eventcategory   text,                 -- kind of event, as the source calls it
    updateddate     text                  -- last change of the registration
) strict;

-- What an account did in a product on a day: canonical.user_daily_activity_per_product.
-- kind: events, key user_id, day, product
create table raw_learning_roi__user_product_days (
    row_id                 integer primary key,  -- load_id << 28 | its number in the load, from 0
    source_offset          integer not null,     -- where the record began in the decoded stream; unit: bytes
    user_id                integer,              -- of the GitHub account; pii: id
    day                    text,                 -- a date, or an instant at midnight
    product                text,                 -- Actions, Copilot Chat, ...: a name with spaces and capitals
    num_engagement_events  integer,              -- what the account did in the product that day
    country_code           text                  -- where it was active; null unless asked for
) strict;

-- Page views, best one row per user, page and hour, of the hot store (kusto, some
-- 90 days) and of the history (trino): hydro.analytics_v0_page_view. An export of
-- single views fits as well, and leaves last_timestamp and views null.
-- kind: events
create table raw_learning_roi__page_views (
    row_id          integer primary key,  -- load_id << 28 | its number in the load, from 0
    source_offset   integer not null,     -- where the record began in the decoded stream; unit: bytes
    source          text                  -- null: an export that does not say
        constraint source_is_known check (source in ('kusto', 'trino')),
    timestamp       text,                 -- of the first view in the hour
    last_timestamp  text,                 -- of the last view in the hour; null: one view
    views           integer,              -- in the hour; null: one view
    page            text,                 -- the address; query and fragment may be left out
    user_login      text,                 -- who viewed, as it was then; null: not signed in; pii: login
    user_id         integer,              -- who viewed; null: not signed in; pii: id
    actor_id        integer,              -- who viewed, as the event stream numbers it; null: not signed in; pii: id
    client_id       text,                 -- of the browser; null where not kept; pii: id
    app             text,                 -- learn, ...
    repository_nwo  text                  -- owner/name
) strict;

-- Page views of docs.github.com, as above: hydro.docs_v0_page_event.
-- kind: events
create table raw_learning_roi__docs_page_events (
    row_id                  integer primary key,  -- load_id << 28 | its number in the load, from 0
    source_offset           integer not null,     -- where the record began in the decoded stream; unit: bytes
    source                  text                  -- null: an export that does not say
        constraint source_is_known check (source in ('kusto', 'trino')),
    timestamp               text,                 -- of the first view in the hour
    last_timestamp          text,                 -- of the last view in the hour; null: one view
    views                   integer,              -- in the hour; null: one view
    context_dotcom_user     text,                 -- of context.dotcom_user: who viewed; null: not signed in; pii: login
    context_path_product    text,                 -- of context.path_product: the part of the documents, such as copilot or actions
    context_octo_client_id  text                  -- of context.octo_client_id: the browser; null where not kept; pii: id
) strict;

-- Credentials that partners gave: ACE.partner_credentials.
-- kind: snapshot
create table raw_learning_roi__partner_credentials (
    row_id                        integer primary key,  -- load_id << 28 | its number in the load, from 0
    source_offset                 integer not null,     -- where the record began in the decoded stream; unit: bytes
    status                        text,                 -- Completed counts
    email                         text,                 -- whom the partner certified; pii: email
    certification_name            text,                 -- as the partner calls it
    partner_name                  text,                 -- the company that gave it
    certification_completed_date  text                  -- null until it is completed
) strict;

-- Accounts with their country and plan, the latest day of each: canonical.accounts_all.
-- kind: snapshot, key dotcom_id, day
create table raw_learning_roi__accounts (
    row_id                integer primary key,  -- load_id << 28 | its number in the load, from 0
    source_offset         integer not null,     -- where the record began in the decoded stream; unit: bytes
    dotcom_id             integer,              -- of the account, organisations too; pii: id
    day                   text,                 -- that the row describes
    account_type          text,                 -- User, Organization
    country_account       text,                 -- as the account gives it; null: not known
    created_at            text,                 -- when the account was made
    is_staff              integer constraint is_staff_is_boolean check (is_staff in (0, 1)),  -- 1: of GitHub's own people
    is_spammy             integer constraint is_spammy_is_boolean check (is_spammy in (0, 1)),  -- 1: marked as spam
    is_suspended          integer constraint is_suspended_is_boolean check (is_suspended in (0, 1)),  -- 1: locked out
    is_paid               integer constraint is_paid_is_boolean check (is_paid in (0, 1)),  -- 1: somebody pays for it
    plan                  text                  -- name of what it is on, such as free; null: not known
) strict;

-- Which account belongs to which, the latest day of each pair: canonical.relationships_all.
-- kind: snapshot, key child_dotcom_id, parent_dotcom_id, day
create table raw_learning_roi__account_relationships (
    row_id            integer primary key,  -- load_id << 28 | its number in the load, from 0
    source_offset     integer not null,     -- where the record began in the decoded stream; unit: bytes
    child_dotcom_id   integer,              -- the account that belongs to the other; pii: id
    child_type        text,                 -- User
    parent_dotcom_id  integer,              -- the account the other belongs to
    parent_type       text,                 -- Organization
    day               text                  -- on which it was so
) strict;

-- Who pays for an account, the latest day of each: canonical.account_hierarchy_global_all
-- for organisations, account_hierarchy_dotcom_all for users.
-- kind: snapshot, key dotcom_id, account_type, day
create table raw_learning_roi__account_hierarchies (
    row_id                          integer primary key,  -- load_id << 28 | its number in the load, from 0
    source_offset                   integer not null,     -- where the record began in the decoded stream; unit: bytes
    dotcom_id                       integer,              -- of the account that is paid for; pii: id
    account_type                    text,                 -- User, Organization
    day                             text,                 -- that the row describes
    login                           text,                 -- of that account on the day; pii: login
    account_country                 text,                 -- as the account gives it; null: not known
    is_paid                         integer constraint is_paid_is_boolean check (is_paid in (0, 1)),  -- 1: somebody pays for it
    plan_name                       text,                 -- of what it is on; null: not known
    enterprise_account_emu_enabled  integer constraint emu_is_boolean check (enterprise_account_emu_enabled in (0, 1)),  -- 1: the enterprise manages the accounts of its people
    enterprise_account_slug         text,                 -- short name of the enterprise in addresses; null: none, or not known
    enterprise_account_id           integer,              -- of the enterprise; null: none, or not known
    customer_id                     text,                 -- of who is billed; null: not known
    customer_name                   text,                 -- of who is billed; null: not known
    salesforce_account_name         text,                 -- the customer as sales knows it; null: not matched
    salesforce_parent_account_name  text,                 -- the company above it; null: not matched, or nothing above
    has_enterprise_agreements       integer constraint has_agreements_is_boolean check (has_enterprise_agreements in (0, 1))  -- 1: bought under an enterprise agreement
) strict;
