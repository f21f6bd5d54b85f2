-- oulad, version 1
-- The Open University Learning Analytics Dataset, typed and never rewritten:
-- 22 presentations of seven modules in 2013 and 2014, their students, assessments
-- and clicks. Kuzilek, Hlosta, Zdrahal (2017), doi 10.1038/sdata.2017.171, CC BY 4.0.
-- owner: learning-analytics
--
-- Written by: files, one file a table under its own name. All dates are days
-- since the presentation began, negative before it.

-- courses.csv.
-- kind: snapshot, key code_module, code_presentation
create table raw_oulad__courses (
    row_id                      integer primary key,  -- load_id << 28 | its number in the load, from 0
    source_offset               integer not null,     -- where the record began in the decoded file; unit: bytes
    code_module                 text    not null,     -- AAA to GGG
    code_presentation           text    not null,     -- 2013J: begun in October 2013; B: in February
    module_presentation_length  integer               -- from its first day to its last; unit: days
) strict;

-- assessments.csv.
-- kind: snapshot, key id_assessment
create table raw_oulad__assessments (
    row_id             integer primary key,  -- load_id << 28 | its number in the load, from 0
    source_offset      integer not null,     -- where the record began in the decoded stream; unit: bytes
    code_module        text    not null,     -- of the module, AAA to GGG
    code_presentation  text    not null,     -- year and month of its start: J October, B February
    id_assessment      integer not null,     -- one number over all presentations
    assessment_type    text    not null,     -- TMA (by a tutor), CMA (by computer), Exam
    date               integer,              -- when it is due; null: exams whose day is not given
    weight             real                  -- share of the mark, in which exams have 100 of their own; unit: percent
) strict;

-- studentInfo.csv: a student in a presentation.
-- kind: snapshot, key code_module, code_presentation, id_student
create table raw_oulad__student_info (
    row_id                integer primary key,  -- load_id << 28 | its number in the load, from 0
    source_offset         integer not null,     -- where the record began in the decoded stream; unit: bytes
    code_module           text    not null,     -- of the module, AAA to GGG
    code_presentation     text    not null,     -- year and month of its start: J October, B February
    id_student            integer not null,     -- the same person in every presentation; pii: id
    gender                text,                 -- M, F; pii: demographic
    region                text,                 -- of Great Britain or Ireland, where the student lived; pii: demographic
    highest_education     text,                 -- when the student came, from No Formal quals to Post Graduate Qualification; pii: demographic
    imd_band              text,                 -- index of multiple deprivation; '' not known, and 10-20 has no %; pii: demographic
    age_band              text,                 -- 0-35, 35-55, 55<=; pii: demographic
    num_of_prev_attempts  integer,              -- at this module, 0: the first
    studied_credits       integer,              -- of all modules the student takes at the time
    disability            text,                 -- Y, N; pii: demographic
    final_result          text                  -- Pass, Fail, Withdrawn, Distinction
) strict;

-- studentRegistration.csv: when a student came, and left.
-- kind: snapshot, key code_module, code_presentation, id_student
create table raw_oulad__student_registration (
    row_id               integer primary key,  -- load_id << 28 | its number in the load, from 0
    source_offset        integer not null,     -- where the record began in the decoded stream; unit: bytes
    code_module          text    not null,     -- of the module, AAA to GGG
    code_presentation    text    not null,     -- year and month of its start: J October, B February
    id_student           integer not null,     -- the same person in every presentation; pii: id
    date_registration    integer,              -- null: not known
    date_unregistration  integer               -- null: stayed to the end
) strict;

-- studentAssessment.csv: what a student handed in.
-- kind: snapshot, key id_assessment, id_student
create table raw_oulad__student_assessment (
    row_id          integer primary key,  -- load_id << 28 | its number in the load, from 0
    source_offset   integer not null,     -- where the record began in the decoded stream; unit: bytes
    id_assessment   integer not null,     -- one number over all presentations
    id_student      integer not null,     -- the same person in every presentation; pii: id
    date_submitted  integer,              -- -1 for results that were banked
    is_banked       integer               -- 1: carried over from an earlier presentation
        constraint is_banked_is_boolean check (is_banked in (0, 1)),
    score           integer               -- null: not marked; unit: percent
) strict;

-- vle.csv: the pages and tools of the learning environment.
-- kind: snapshot, key id_site
create table raw_oulad__vle (
    row_id             integer primary key,  -- load_id << 28 | its number in the load, from 0
    source_offset      integer not null,     -- where the record began in the decoded stream; unit: bytes
    id_site            integer not null,     -- of the page or tool, one number over all presentations
    code_module        text    not null,     -- the module whose pages hold it
    code_presentation  text    not null,     -- a presentation has its own copy of each page
    activity_type      text    not null,     -- resource, oucontent, forumng, quiz, homepage, ...
    week_from          integer,              -- the week it is meant for; null: any
    week_to            integer               -- the last week it is meant for; null: any
) strict;

-- studentVle.csv: clicks of a student on a page in a day. There is no key: the
-- same row comes several times, and each counts.
-- kind: snapshot
create table raw_oulad__student_vle (
    row_id             integer primary key,  -- load_id << 28 | its number in the load, from 0
    source_offset      integer not null,     -- where the record began in the decoded stream; unit: bytes
    code_module        text    not null,     -- of the module, AAA to GGG
    code_presentation  text    not null,     -- year and month of its start: J October, B February
    id_student         integer not null,     -- the same person in every presentation; pii: id
    id_site            integer not null,     -- of the page or tool, one number over all presentations
    date               integer not null,     -- the day of the clicks, counted from the start
    sum_click          integer not null      -- in this row, which may be one of several of the day
) strict;
