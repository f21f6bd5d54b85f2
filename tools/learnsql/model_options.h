#pragma once

#include "engine/model/build.h"
#include "engine/model/project.h"
#include "engine/model/selector.h"
#include "tools/learnsql/command.h"

namespace learnsql {

// The models of a project, with the functions that they may call.
Result<ModelSet> LoadProjectModels(const Project& project);

// What build, plan and check have in common: --full, --prove, --as-of.
// Errors: kUsage for a time that is none.
Result<BuildOptions> GetBuildOptions(const Invocation& call);

// --exclude, for commands that take selectors as arguments.
void AddSelectionFlags(boost::program_options::options_description* flags);
SelectorTexts GetSelectorTexts(const Invocation& call);

// What the arguments and --exclude select. The warehouse is looked at only when
// a term asks for a state; before it is made, every model is new.
// Errors: those of Select; of the store.
Result<Selection> GetSelection(const Invocation& call, const ModelSet& models,
                               const BuildOptions& options);
// The same for texts from elsewhere.
Result<Selection> GetSelection(const Invocation& call, const ModelSet& models,
                               const BuildOptions& options,
                               const SelectorTexts& texts);

// Sets what `options` builds. Errors: as GetSelection.
Status SelectModels(const Invocation& call, const ModelSet& models,
                    BuildOptions* options);

}  // namespace learnsql
