// SPDX-License-Identifier: MIT
#include "viewers/sharing_checks.hpp"

#include <utility>

namespace parallax::demo {

void SharingChecks::begin_with(const Picture& picture) {
    cpu_.paint_properly(picture);
    content_ = image_.cpu_view();
    static_cast<void>(look());
}

ComparedViews SharingChecks::cpu_writes(const Picture& picture) {
    if (cpu_.can_paint()) {
        cpu_.paint(picture);
    }
    step_done_("CPU write");
    Picture seen = look();
    step_done_("GPU read");
    Picture written = cpu_.view();
    step_done_("CPU read");
    ComparedViews views =
        compared("cpu_to_gpu", "CPU writes, GPU reads", std::move(written), std::move(seen));
    content_ = views.written;
    return views;
}

ComparedViews SharingChecks::device_writes_late(LateWriter& device, const Picture& picture) {
    Picture seen = gpu_.read(image_.imported()); // without a wait
    step_done_("GPU read");
    device.write(picture, image_.layout());
    step_done_("late write");
    Picture written = cpu_.view();
    step_done_("CPU read");
    ComparedViews views = compared("cpu_to_gpu", "a device writes late, GPU reads",
                                   std::move(written), std::move(seen));
    content_ = views.written;
    return views;
}

std::optional<ComparedViews> SharingChecks::cpu_writes_again() {
    if (!cpu_.can_paint()) {
        return std::nullopt;
    }
    cpu_.paint(test_pattern(image_.layout().extent, 2));
    Picture written = cpu_.view();
    ComparedViews views =
        compared("cpu_to_gpu_again", "CPU writes again, GPU reads", std::move(written), look());
    content_ = views.written;
    step_done_("second write");
    return views;
}

std::optional<ComparedViews> SharingChecks::gpu_writes() {
    if (!image_.imported().can_store()) {
        return std::nullopt;
    }
    // Without waiting for the GPU here: the CPU's SYNC start does so, in the kernel.
    const Submission submission = gpu_.write_negative(image_.imported(), image_.buffer());
    step_done_("GPU write");
    ComparedViews views =
        compared("gpu_to_cpu", "GPU writes, CPU reads", negative(*content_), cpu_.view());
    content_ = views.seen;
    return views;
}

/// The difference may be content from before.
ComparedViews SharingChecks::compared(const char* name, const char* sentence, Picture written,
                                      Picture seen) const {
    Check check =
        check_view(name, sentence, written, seen, image_.layout(), content_ ? &*content_ : nullptr);
    return {.check = std::move(check), .written = std::move(written), .seen = std::move(seen)};
}

} // namespace parallax::demo
