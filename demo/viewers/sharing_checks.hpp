// SPDX-License-Identifier: MIT
#pragma once

#include "report/verdict.hpp"
#include "viewers/late_writer.hpp"
#include "viewers/painter.hpp"

#include "offscreen/offscreen_renderer.hpp"
#include "offscreen/sample_renderer.hpp"
#include "offscreen/shared_image.hpp"
#include "parallax/image/picture.hpp"
#include "parallax/image/pixels.hpp"

#include <array>
#include <functional>
#include <optional>
#include <string_view>

namespace parallax::demo {

/// A check, and the two pictures that it compared.
struct ComparedViews {
    Check check;
    SampledPicture written; ///< as the writer reads it
    SampledPicture seen;    ///< as the other side reads it
};

/// The checks of memory that CPU and GPU share, in the order of the members.
///
/// Borrows all that it is made with. The members throw as those of all these do.
class SharingChecks {
public:
    /// Called after each of the steps with its name.
    using StepDone = std::function<void(std::string_view step)>;

    static constexpr std::array<std::string_view, 5> steps{"CPU write", "GPU read", "CPU read",
                                                           "second write", "GPU write"};

    SharingChecks(const Context& context, SharedImage& image, const OffscreenRenderer& gpu,
                  Painter& cpu, StepDone step_done);

    /// Writes a picture properly and has the GPU read it, which may keep a copy: for mistakes that
    /// show old content. Before the checks.
    void begin_with(const Picture& picture);

    /// The main check: the GPU sees the CPU's write.
    [[nodiscard]] ComparedViews cpu_writes(const Picture& picture);

    /// The same where a device writes, later than the GPU reads without waiting for its fence.
    [[nodiscard]] ComparedViews device_writes_late(LateWriter& device, const Picture& picture);

    /// The memory is shared and was not copied at import: the CPU writes another picture, without a
    /// new import.
    /// @return nothing where the CPU cannot write into the memory.
    [[nodiscard]] std::optional<ComparedViews> cpu_writes_again();

    /// The other direction: the GPU writes, and the CPU reads through its old mapping.
    /// @return nothing where the GPU cannot write into the memory.
    [[nodiscard]] std::optional<ComparedViews> gpu_writes();

private:
    [[nodiscard]] SampledPicture look() const;
    [[nodiscard]] ComparedViews compared(const char* name, const char* sentence,
                                         SampledPicture written, SampledPicture seen) const;

    SharedImage& image_;
    const OffscreenRenderer& gpu_;
    Painter& cpu_;
    StepDone step_done_;
    std::optional<SampleRenderer> samples_; ///< where a picture has too few bits
    std::optional<SampledPicture> content_;
};

} // namespace parallax::demo
