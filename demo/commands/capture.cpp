// SPDX-License-Identifier: MIT
#include "commands/commands.hpp"

#include "machine.hpp"
#include "options/picture_options.hpp"
#include "process/end_on_stop.hpp"
#include "process/stop_signal.hpp"
#include "report/failure.hpp"
#include "report/progress.hpp"
#include "report/verdict.hpp"

#include "offscreen/ycbcr_renderer.hpp"
#include "parallax/dmabuf/cpu_access.hpp"
#include "parallax/image/ycbcr.hpp"
#include "parallax/printable.hpp"
#include "parallax/v4l2/camera.hpp"
#include "parallax/v4l2/capture_stream.hpp"
#include "parallax/vulkan/import/ycbcr.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <filesystem>
#include <format>
#include <memory>
#include <optional>

namespace parallax::demo {
namespace {

struct CaptureOptions {
    MachineOptions machine;
    std::string camera;
    v4l2::CaptureWishes wishes;
    std::filesystem::path out = "out";
    std::uint32_t frames = 3;
    std::uint32_t buffers = 3;
    bool json = false;
};

/// One buffer that the camera writes into, mapped by the CPU and imported by the GPU, once.
struct CameraBuffer {
    Mapping mapping;
    ImportedYcbcr imported;
};

/// The results of a capture.
struct Captured {
    Check check;
    std::uint32_t frames = 0;
    Picture cpu_view;
    Picture gpu_view;
};

Picture cpu_view(const CameraBuffer& buffer, const ImageLayout& layout) {
    const CpuRead access(buffer.mapping);
    return read_ycbcr(layout, access.bytes());
}

/// Why the GPU saw something else, while the frame is in the buffer.
std::optional<Diagnosis> cause_of(const Picture& gpu_view, const CameraBuffer& buffer,
                                  const ImageLayout& layout) {
    const CpuRead access(buffer.mapping);
    return diagnose_ycbcr(layout, access.bytes(), gpu_view);
}

Captured capture_frames(const CaptureOptions& options, const v4l2::CaptureStream& stream,
                        const v4l2::CaptureFormat& format, const YcbcrRenderer& gpu,
                        std::span<const DmaBuf> buffers, std::span<CameraBuffer> camera_buffers,
                        const StopSignal& stop) {
    constexpr auto patience = std::chrono::seconds(20);
    Captured captured{.check = {"camera_to_gpu", "camera writes, CPU and GPU convert", {}}};
    Progress progress("frames", {.all = options.frames});
    while (captured.frames < options.frames && !stop.raised()) {
        const auto frame = stream.next(patience, stop.fd());
        if (!frame && stop.raised()) {
            break;
        }
        if (!frame) {
            throw std::runtime_error(
                std::format("the camera delivered no whole frame within {}", patience));
        }
        CameraBuffer& buffer = camera_buffers[frame->index];
        captured.gpu_view = gpu.read(buffer.imported, buffers[frame->index]);
        captured.cpu_view = cpu_view(buffer, format.layout);
        const Comparison result = compare(captured.cpu_view, captured.gpu_view);
        if (!result.equal() && !captured.check.diagnosis) {
            captured.check.diagnosis = cause_of(captured.gpu_view, buffer, format.layout);
        }
        stream.give_back(*frame);
        captured.check.result += result;
        progress.done(++captured.frames);
    }
    if (captured.frames == 0) {
        throw std::runtime_error("it was stopped before the first frame: nothing was compared");
    }
    return captured;
}

std::uint32_t parse_format(const std::string& name) {
    const Format* const format = find_format(name);
    if (format != nullptr && format->is_ycbcr) {
        return format->fourcc;
    }
    throw CLI::ValidationError(
        "--format", std::format("'{}' is not known; choose one of {}", name, ycbcr_format_names()));
}

ExitStatus capture(const CaptureOptions& options) {
    const StopSignal stop;
    const EndOnStop in_the_end(stop, EndOnStop::long_enough); // a GPU may hang
    Stopwatch stopwatch;
    const auto camera = v4l2::Camera::open(options.camera);
    if (!camera) {
        return unsupported("this machine has no camera that can be used", camera.error());
    }
    const auto format = camera->set_format(options.wishes);
    if (!format) {
        return unsupported("the camera does not deliver what is wanted", format.error());
    }
    auto machine = Machine::open(options.machine);
    if (!machine) {
        return unsupported("this machine cannot do it", machine.error());
    }
    stopwatch.lap("start");

    std::vector<DmaBuf> buffers;
    std::vector<CameraBuffer> camera_buffers;
    for (std::uint32_t i = 0; i < options.buffers; ++i) {
        buffers.push_back(machine->exporter->allocate(format->buffer_size()));
        if (i > 0 && buffers.front().inode() == buffers.back().inode()) {
            return unsupported("this exporter gives the same memory each time",
                               {"use --buffers 1"});
        }
        buffers.back().set_name("parallax camera frame");
        auto imported =
            ImportedYcbcr::create(machine->context().importer(), buffers.back(), format->layout);
        if (!imported) {
            return unsupported(machine->context().facts().name + " cannot import this picture",
                               imported.error());
        }
        camera_buffers.push_back(
            {.mapping = buffers.back().map(), .imported = *std::move(imported)});
    }
    const YcbcrRenderer gpu(machine->context(), format->layout);
    stopwatch.lap("import");
    const auto stream = v4l2::CaptureStream::start(*camera, buffers);
    if (!stream) {
        return unsupported("the camera cannot write into this memory", stream.error());
    }
    const Captured captured =
        capture_frames(options, *stream, *format, gpu, buffers, camera_buffers, stop);
    stopwatch.lap("frames");

    const ImportedYcbcr& worst =
        std::ranges::max_element(camera_buffers, {}, [](const CameraBuffer& buffer) {
            return buffer.imported.method();
        })->imported;
    Verdict verdict{.facts = import_facts(machine->context(), worst.method(), buffers.front()),
                    .refused = worst.refused(),
                    .layout = format->layout,
                    .buffer_size = buffers.front().size(),
                    .checks = {captured.check},
                    .laps = stopwatch.laps()};
    verdict.facts.insert(verdict.facts.begin(),
                         {{"camera", std::format("{} ({})", camera->name(), camera->driver())},
                          {"exporter", printable(options.machine.exporter)}});
    const Picture difference = difference_picture(captured.cpu_view, captured.gpu_view);
    const std::array pictures{
        TitledPicture{.title = "camera's frame, CPU view", .picture = &captured.cpu_view},
        TitledPicture{.title = "GPU view", .picture = &captured.gpu_view},
        TitledPicture{.title = difference_title(), .picture = &difference}};
    return machine->device.validated(finish(
        verdict, pictures,
        {.folder = options.out, .json = "capture.json", .picture = "capture.png"}, options.json));
}

} // namespace

void add_capture(CLI::App& program, Work& chosen) {
    auto options = std::make_shared<CaptureOptions>();
    CLI::App* const command = program.add_subcommand(
        "capture", "Let a camera write into dma-bufs and the GPU render them, without a copy");
    options->machine.add_to(*command, chosen);
    command->add_option("--camera", options->camera,
                        "Camera to use, as in /dev/video0; the first that captures");
    command->add_option_function<std::string>(
        "--format",
        [options](const std::string& name) { options->wishes.fourcc = parse_format(name); },
        std::format("Format of the camera's frames: {}", ycbcr_format_names()));
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
