// SPDX-License-Identifier: MIT
#include "viewers/sharing_checks.hpp"

#include <array>
#include <span>
#include <utility>

namespace parallax::demo {

SharingChecks::SharingChecks(const Context& context, SharedImage& image,
                             const OffscreenRenderer& gpu, Painter& cpu, StepDone step_done)
    : image_(image),
      gpu_(gpu),
      cpu_(cpu),
      step_done_(std::move(step_done)) {
    if (has_samples(image.layout().format())) {
        samples_.emplace(context, image.layout());
    }
}

SampledPicture SharingChecks::look() const {
    if (!samples_) {
        return {.picture = gpu_.read(image_.imported(), image_.buffer())};
    }
    const std::array planes{&image_.imported()};
    Samples samples = samples_->read(planes, std::span(&image_.buffer(), 1));
    Picture picture = picture_of(samples);
    return {.picture = std::move(picture), .samples = std::move(samples)};
}

void SharingChecks::begin_with(const Picture& picture) {
    cpu_.paint_properly(picture);
    content_ = image_.view();
    static_cast<void>(look());
}

ComparedViews SharingChecks::cpu_writes(const Picture& picture) {
    if (cpu_.can_paint()) {
        cpu_.paint(picture);
    }
    step_done_("CPU write");
    SampledPicture seen = look();
    step_done_("GPU read");
    SampledPicture written = cpu_.view();
    step_done_("CPU read");
    ComparedViews views =
        compared("cpu_to_gpu", "CPU writes, GPU reads", std::move(written), std::move(seen));
    content_ = views.written;
    return views;
}

ComparedViews SharingChecks::device_writes_late(LateWriter& device, const Picture& picture) {
    SampledPicture seen{.picture = gpu_.read(image_.imported())}; // without a wait
    step_done_("GPU read");
    device.write(picture, image_.layout());
    step_done_("late write");
    SampledPicture written = cpu_.view();
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
    SampledPicture written = cpu_.view();
    ComparedViews views =
        compared("cpu_to_gpu_again", "CPU writes again, GPU reads", std::move(written), look());
    content_ = views.written;
    step_done_("second write");
    return views;
}

std::optional<ComparedViews> SharingChecks::gpu_writes() {
    if (!image_.imported().can_store() || !gpu_.can_write()) {
        return std::nullopt;
    }
    // Without waiting for the GPU here: the CPU's SYNC start does so, in the kernel.
    const Submission submission = gpu_.write_negative(image_.imported(), image_.buffer());
    step_done_("GPU write");
    ComparedViews views =
        compared("gpu_to_cpu", "GPU writes, CPU reads", negative(*content_, {}), cpu_.view());
    content_ = views.seen;
    return views;
}

/// The difference may be content from before.
ComparedViews SharingChecks::compared(const char* name, const char* sentence,
                                      SampledPicture written, SampledPicture seen) const {
    Check check = check_view(name, sentence, written, seen, image_.layout(),
                             content_ ? &content_->picture : nullptr);
    return {.check = std::move(check), .written = std::move(written), .seen = std::move(seen)};
}

} // namespace parallax::demo
