// Models made in memory.

#ifndef ALEXNET_CORE_COMPOSE_BUILD_MODEL_H_
#define ALEXNET_CORE_COMPOSE_BUILD_MODEL_H_

#include <cstdint>
#include <memory>

#include "core/base/cancel.h"
#include "core/base/status.h"
#include "core/model/model.h"
#include "core/model/parameter_source.h"
#include "core/model/save.h"
#include "core/network/presets.h"

namespace alexnet {

// The model's network with its preprocessing and, if it was trained here, its
// recipe: what another model may be made from.
Preset PresetOf(const Model& model);

// What the reference backend computes with these parameters: a few seconds for
// a network of a thousand million multiply-accumulates.
Result<SelfCheck> MakeSelfCheck(const Network& network,
                                std::shared_ptr<ParameterSource> parameters,
                                const Interrupt& interrupt = {});

// The model of `contents`, with a self-check computed anew. `owner` keeps the
// tensors that `contents` borrows; they are not copied.
Result<std::shared_ptr<const Model>> BuildModel(
    ModelContents contents, std::shared_ptr<const void> owner,
    const Interrupt& interrupt);

// The preset's network with initial values. Where it subtracts a mean image,
// which no data has given yet, that is of one colour, ImageNet's mean.
Result<std::shared_ptr<const Model>> InitialModel(const Preset& preset,
                                                  uint64_t seed,
                                                  const Interrupt& interrupt);

}  // namespace alexnet

#endif  // ALEXNET_CORE_COMPOSE_BUILD_MODEL_H_
