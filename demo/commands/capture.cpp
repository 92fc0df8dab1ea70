// SPDX-License-Identifier: MIT
#include "commands/commands.hpp"

#include "machine/machine.hpp"
#include "options/picture_options.hpp"
#include "process/end_on_stop.hpp"
#include "process/say.hpp"
#include "process/stop_signal.hpp"
#include "report/failure.hpp"
#include "report/progress.hpp"
#include "report/verdict.hpp"
#include "video/format_wish.hpp"
#include "video/frame_pool.hpp"

#include "parallax/printable.hpp"
#include "parallax/text.hpp"
#include "parallax/v4l2/camera.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <expected>
#include <filesystem>
#include <iterator>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace parallax::demo {
namespace {

struct CaptureOptions {
    MachineOptions machine;
    std::string camera;
    v4l2::FormatWishes wishes{.fourccs = readable_fourccs()};
    std::filesystem::path out = "out";
    std::uint32_t frames = 3;
    std::uint32_t buffers = 3;
    bool json = false;
};

/// The results of a capture, which may have ended early.
struct Captured {
    Check check{"camera_to_gpu", "camera writes, CPU and GPU convert", {}};
    std::uint32_t frames = 0;
    std::uint64_t corrupted = 0;
    std::uint64_t missing = 0;
    SampledPicture cpu_view = {};
    SampledPicture gpu_view = {};
    std::string ended = {}; ///< why there are fewer frames than were asked for
    bool failed = false;
};

void capture_frames(Captured& captured, const CaptureOptions& options, v4l2::CaptureStream& stream,
                    const ImageLayout& layout, FramePool& pool, const v4l2::Device& device,
                    const StopSignal& stop) {
    constexpr auto patience = std::chrono::seconds(20);
    Progress progress("frames", {.all = options.frames});
    std::vector<bool> is_used(options.buffers);
    while (captured.frames < options.frames) {
        const auto frame = stream.next(patience, stop.fd());
        if (stop.raised()) {
            captured.ended = "it was stopped";
            return;
        }
        if (!frame) {
            const std::string trouble = device.signal_trouble();
            captured.ended = text::format("the camera delivered no whole frame within {}{}",
                                          patience, trouble.empty() ? "" : ": " + trouble);
            captured.failed = true;
            return;
        }
        if (const auto followed = pool.follow(frame->placed(layout)); !followed) {
            captured.ended = "the GPU cannot import frames where the camera writes them: " +
                             joined(followed.error(), "; ");
            captured.failed = true;
            return;
        }
        if (!is_used.at(frame->index) && pool.untouched(frame->index)) {
            captured.ended =
                "the camera has delivered a frame, and no byte of it is in the dma-buf";
            captured.failed = true;
            return;
        }
        is_used.at(frame->index) = true;
        captured.gpu_view = pool.gpu_view(frame->index);
        captured.cpu_view = pool.cpu_view(frame->index);
        const Comparison result = compare(captured.cpu_view, captured.gpu_view);
        if (!result.equal() && !captured.check.diagnosis) {
            captured.check.diagnosis =
                pool.cause(frame->index, captured.cpu_view, captured.gpu_view);
        }
        captured.check.result += result;
        progress.done(++captured.frames);
        stream.give_back(*frame);
    }
}

/// @return what was captured until the camera failed, or the reasons why it cannot write into this
///         memory.
std::expected<Captured, Reasons> run_camera(const CaptureOptions& options,
                                            const v4l2::Camera& camera,
                                            const v4l2::StreamFormat& format, FramePool& pool,
                                            const StopSignal& stop) {
    Captured captured;
    std::optional<v4l2::CaptureStream> stream;
    for (std::uint32_t index = 0; index < options.buffers; ++index) {
        pool.fill(index);
    }
    try {
        auto started = v4l2::CaptureStream::start(camera, format, pool.buffers());
        if (!started) {
            return std::unexpected(started.error());
        }
        stream.emplace(*std::move(started));
        capture_frames(captured, options, *stream, format.layout, pool, camera.device(), stop);
    } catch (const v4l2::DeviceError& error) {
        captured.ended = error.what();
        captured.failed = captured.frames < options.frames;
    }
    if (stream) {
        captured.corrupted = stream->corrupted();
        captured.missing = stream->missing();
    }
    return captured;
}

/// The facts of a run before its first frame.
Verdict begin_verdict(const CaptureOptions& options, const v4l2::Device& device,
                      const v4l2::StreamFormat& format) {
    return {.facts = {{"camera", text::format("{} ({})", device.name(), device.driver())},
                      {"exporter", printable(options.machine.exporter)}},
            .layout = format.layout,
            .buffer_size = format.buffer_size()};
}

void add_source(Verdict& verdict, const v4l2::Device& device, const v4l2::StreamFormat& format) {
    if (const std::string trouble = device.signal_trouble(); !trouble.empty()) {
        verdict.facts.push_back(
            {"signal", text::format("none: {}; the camera makes up its frames", trouble)});
    }
    if (!format.interlacing.empty()) {
        verdict.facts.push_back({"fields", std::string(format.interlacing)});
    }
}

/// Writes the verdict on the frames so far.
ExitStatus finish_capture(const CaptureOptions& options, const Captured& captured,
                          Verdict verdict) {
    const VerdictFiles files{
        .folder = options.out, .json = "capture.json", .picture = "capture.png"};
    verdict.counts = {{"frames", "compared", captured.frames},
                      {"frames_corrupted", "corrupted by the camera", captured.corrupted},
                      {"frames_missing", "dropped by the camera", captured.missing}};
    if (!captured.ended.empty()) {
        const std::string ended =
            text::format("after {} frames: {}", captured.frames, printable(captured.ended));
        say("parallax: {}", ended);
        verdict.facts.push_back({"ended", ended});
    }
    if (captured.frames == 0) {
        std::error_code none;
        std::filesystem::remove(files.folder / files.picture, none); // of an earlier run
        return finish(verdict, {}, files, options.json);
    }
    verdict.checks = {captured.check};
    const Picture difference =
        difference_picture(captured.cpu_view.picture, captured.gpu_view.picture);
    const std::array pictures{
        TitledPicture{.title = "camera's frame, CPU view", .picture = &captured.cpu_view.picture},
        TitledPicture{.title = "GPU view", .picture = &captured.gpu_view.picture},
        TitledPicture{.title = difference_title(), .picture = &difference}};
    const ExitStatus status = finish(verdict, pictures, files, options.json);
    return status == ExitStatus::agree && captured.failed ? ExitStatus::failed : status;
}

/// Ends the program when it is asked to stop before the camera has started.
void end_early(const CaptureOptions& options, const Verdict& verdict) {
    const ExitStatus status = finish_capture(options, {.ended = "it was stopped"}, verdict);
    ::_exit(static_cast<int>(finish_output(status)));
}

ExitStatus capture(const CaptureOptions& options) {
    const StopSignal stop;
    Stopwatch stopwatch;
    const auto camera = v4l2::Camera::open(options.camera);
    if (!camera) {
        return unsupported("this machine has no camera that can be used", camera.error());
    }
    const auto format = camera->set_format(options.wishes);
    if (!format) {
        return unsupported("the camera does not deliver what is wanted", format.error());
    }
    Verdict verdict = begin_verdict(options, camera->device(), *format);
    std::optional<EndOnStop> end(std::in_place, stop,
                                 [&options, verdict] { end_early(options, verdict); });
    auto machine = Machine::open(options.machine);
    if (!machine) {
        return unsupported("this machine cannot do it", machine.error());
    }
    stopwatch.lap("start");

    auto pool = FramePool::allocate(*machine->exporter, machine->context(), *format,
                                    options.buffers, "parallax camera frame");
    if (!pool) {
        return unsupported(machine->context().facts().name + " cannot import this picture",
                           pool.error());
    }
    std::ranges::copy(import_facts(machine->context(), pool->method(), pool->buffers().front()),
                      std::back_inserter(verdict.facts));
    verdict.refused = pool->refused();
    verdict.buffer_size = pool->buffers().front().size();
    add_source(verdict, camera->device(), *format);
    stopwatch.lap("import");
    end.emplace(stop, EndOnStop::long_enough); // a GPU may hang
    const auto captured = run_camera(options, *camera, *format, *pool, stop);
    if (!captured) {
        return unsupported("the camera cannot write into this memory", captured.error());
    }
    verdict.layout = pool->layout();
    stopwatch.lap("frames");
    verdict.laps = stopwatch.laps();
    return machine->device.validated(finish_capture(options, *captured, verdict));
}

} // namespace

void add_capture(CLI::App& program, Work& chosen) {
    auto options = std::make_shared<CaptureOptions>();
    CLI::App* const command = program.add_subcommand(
        "capture", "Let a camera write into dma-bufs and the GPU render them, without a copy");
    options->machine.add_to(*command, chosen);
    command->add_option("--camera", options->camera,
                        "Camera to use, as in /dev/video0; by default the first that captures");
    command->add_option_function<std::string>(
        "--format",
        [options](const std::string& name) { wish_for_format(options->wishes, "--format", name); },
        text::format("Format of the camera's frames: {}; or V4L2's code of it, as in NM12, which "
                     "has a dma-buf for each plane; by default the best that the camera has",
                     readable_format_names()));
    command->add_option_function<std::string>(
        "--size",
        [options](const std::string& text) {
            options->wishes.extent = parse_extent("--size", text);
        },
        "WIDTHxHEIGHT to request from the camera, which may choose another");
    command->add_option("--frames", options->frames, "Number of frames to compare")
        ->check(CLI::PositiveNumber)
        ->capture_default_str();
    command->add_option("--buffers", options->buffers, "Buffers for the camera to write into")
        ->check(CLI::Range(2, 32))
        ->capture_default_str();
    command->add_option("--out", options->out, "Folder for capture.png and capture.json")
        ->capture_default_str();
    command->add_flag("--json", options->json, "Print the verdict as JSON");
    command->footer("Examples:\n"
                    "  parallax capture                         three frames of the first camera\n"
                    "  parallax capture --camera /dev/video2 --format NV12 --size 1280x720\n"
                    "  parallax capture --frames 100 --json");
    choose(*command, chosen, [options] { return capture(*options); });
}

} // namespace parallax::demo
