// SPDX-License-Identifier: MIT
#pragma once

#include "report/verdict.hpp"

#include "offscreen/offscreen_renderer.hpp"
#include "offscreen/shared_image.hpp"
#include "parallax/image/picture.hpp"

#include <array>
#include <functional>
#include <optional>
#include <string_view>

namespace parallax::demo {

/// A check, and the two pictures that it compared.
struct ComparedViews {
    Check check;
    Picture written; ///< as the writer reads it
    Picture seen;    ///< as the other side reads it
};

/// The checks of memory that CPU and GPU share, in the order of the members.
///
/// Borrows the image and the renderer. The members throw as those of both do.
class SharingChecks {
public:
    /// Called after each of the steps with its name.
    using StepDone = std::function<void(std::string_view step)>;

    static constexpr std::array<std::string_view, 5> steps{"CPU write", "GPU read", "CPU read",
                                                           "second write", "GPU write"};

    SharingChecks(SharedImage& image, const OffscreenRenderer& gpu, StepDone step_done)
        : image_(image),
          gpu_(gpu),
          step_done_(std::move(step_done)) {}

    /// The main check: the GPU sees the CPU's write.
    [[nodiscard]] ComparedViews cpu_writes(const Picture& picture);

    /// The memory is shared and was not copied at import: the CPU writes another picture, without a
    /// new import.
    [[nodiscard]] ComparedViews cpu_writes_again();

    /// The other direction: the GPU writes, and the CPU reads through its old mapping.
    /// @return nothing where the GPU cannot write into the memory.
    [[nodiscard]] std::optional<ComparedViews> gpu_writes();

private:
    SharedImage& image_;
    const OffscreenRenderer& gpu_;
    StepDone step_done_;
    Picture content_; ///< of the memory, as the CPU reads it
};

} // namespace parallax::demo
