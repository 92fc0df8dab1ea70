// SPDX-License-Identifier: MIT
#include "report/sharing_checks.hpp"

#include <utility>

namespace parallax::demo {

ComparedViews SharingChecks::cpu_writes(const Picture& picture) {
    image_.paint(picture);
    step_done_("CPU write");
    Picture seen = gpu_.read(image_.imported(), image_.buffer());
    step_done_("GPU read");
    content_ = image_.cpu_view();
    step_done_("CPU read");
    Check check =
        check_view("cpu_to_gpu", "CPU writes, GPU reads", content_, seen, image_.layout());
    return {.check = std::move(check), .written = content_, .seen = std::move(seen)};
}

ComparedViews SharingChecks::cpu_writes_again() {
    image_.paint(test_pattern(image_.layout().extent, 2));
    const Picture before = std::exchange(content_, image_.cpu_view());
    Picture seen = gpu_.read(image_.imported(), image_.buffer());
    Check check = check_view("cpu_to_gpu_again", "CPU writes again, GPU reads", content_, seen,
                             image_.layout(), &before);
    step_done_("second write");
    return {.check = std::move(check), .written = content_, .seen = std::move(seen)};
}

std::optional<ComparedViews> SharingChecks::gpu_writes() {
    if (!image_.imported().can_store()) {
        return std::nullopt;
    }
    // Without waiting for the GPU here: the CPU's SYNC start does so, in the kernel.
    const Submission submission = gpu_.write_negative(image_.imported(), image_.buffer());
    step_done_("GPU write");
    Picture written = negative(content_);
    Picture seen = image_.cpu_view();
    Check check = check_view("gpu_to_cpu", "GPU writes, CPU reads", written, seen, image_.layout(),
                             &content_);
    content_ = seen;
    return ComparedViews{
        .check = std::move(check), .written = std::move(written), .seen = std::move(seen)};
}

} // namespace parallax::demo
