// SPDX-License-Identifier: MIT
#include "commands/capture.hpp"

#include "exit_status.hpp"
#include "options/machine.hpp"
#include "options/picture_options.hpp"
#include "process/progress.hpp"
#include "process/stop_signal.hpp"
#include "stopwatch.hpp"
#include "verdict.hpp"

#include "parallax/contact_sheet.hpp"
#include "parallax/cpu_access.hpp"
#include "parallax/v4l2/camera.hpp"
#include "parallax/v4l2/capture_stream.hpp"
#include "parallax/vulkan/imported_ycbcr.hpp"
#include "parallax/vulkan/ycbcr_view.hpp"
#include "parallax/write_file.hpp"

#include <drm_fourcc.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <filesystem>
#include <format>
#include <memory>
#include <print>

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
struct Slot {
    Mapping mapping;
    ImportedYcbcr imported;
};

/// What camera, CPU and GPU made of the frames.
struct Captured {
    Check check;
    std::uint32_t frames = 0;
    Picture cpu_view;
    Picture gpu_view;
};

Picture cpu_view(const Slot& slot, const YcbcrLayout& layout) {
    const CpuRead access(slot.mapping);
    return ycbcr_view(layout, access.bytes());
}

Captured capture_frames(const CaptureOptions& options, const v4l2::CaptureStream& stream,
                        const v4l2::CaptureFormat& format, const YcbcrView& gpu,
                        std::span<const DmaBuf> buffers, std::span<Slot> slots,
                        const StopSignal& stop) {
    constexpr auto patience = std::chrono::seconds(20);
    Captured captured{.check = {"camera_to_gpu", "camera writes, CPU and GPU convert", {}}};
    Progress progress("frames", {.all = options.frames});
    while (captured.frames < options.frames && !stop.raised()) {
        const auto frame = stream.next(patience);
        if (!frame) {
            throw std::runtime_error(
                std::format("the camera delivered no frame within {}", patience));
        }
        captured.gpu_view = gpu.read(slots[frame->index].imported, buffers[frame->index]);
        captured.cpu_view = cpu_view(slots[frame->index], format.layout);
        stream.give_back(*frame);
        captured.check.result += compare(captured.cpu_view, captured.gpu_view);
        progress.done(++captured.frames);
    }
    return captured;
}

void save_views(const CaptureOptions& options, const Captured& captured, const Verdict& verdict) {
    const Picture difference = difference_picture(captured.cpu_view, captured.gpu_view);
    const std::array panels{
        Panel{.title = "camera's frame, CPU view", .picture = &captured.cpu_view},
        Panel{.title = "GPU view", .picture = &captured.gpu_view},
        Panel{.title = "difference", .picture = &difference}};
    save_png(contact_sheet(panels, std::format("{} - {} - {} - {}", verdict.headline(),
                                               verdict.exporter, verdict.device, verdict.rung)),
             options.out / "capture.png");
    write_file(options.out / "capture.json", verdict.json().dump(2) + "\n");
}

// For the verdict alone; nothing packs or unpacks these.
constexpr PixelFormat yuyv{.name = "YUYV",
                           .fourcc = DRM_FORMAT_YUYV,
                           .bytes = 2,
                           .has_alpha = false,
                           .pack = nullptr,
                           .unpack = nullptr};
constexpr PixelFormat nv12_luma{.name = "NV12 (luma)",
                                .fourcc = DRM_FORMAT_NV12,
                                .bytes = 1,
                                .has_alpha = false,
                                .pack = nullptr,
                                .unpack = nullptr};

ImageLayout described(const YcbcrLayout& layout) {
    return {.extent = layout.extent,
            .format = layout.packing == YcbcrPacking::yuyv ? &yuyv : &nv12_luma,
            .stride = layout.stride};
}

YcbcrPacking parse_packing(const std::string& name) {
    if (name == "YUYV") {
        return YcbcrPacking::yuyv;
    }
    if (name == "NV12") {
        return YcbcrPacking::nv12;
    }
    throw CLI::ValidationError("--format",
                               std::format("'{}' is not known; choose YUYV or NV12", name));
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
    auto machine = Machine::open(options.machine);
    if (!machine) {
        return unsupported("this machine cannot do it", machine.error());
    }
    stopwatch.lap("start");

    const std::uint64_t size = std::max<std::uint64_t>(format->size, format->layout.size());
    std::vector<DmaBuf> buffers;
    std::vector<Slot> slots;
    for (std::uint32_t i = 0; i < options.buffers; ++i) {
        buffers.push_back(machine->exporter->allocate(size));
        auto imported = ImportedYcbcr::create(*machine->context, buffers.back(), format->layout);
        if (!imported) {
            return unsupported(machine->context->facts().name + " cannot import this picture",
                               imported.error());
        }
        slots.push_back({.mapping = buffers.back().map(), .imported = *std::move(imported)});
    }
    const YcbcrView gpu(*machine->context, format->layout);
    stopwatch.lap("import");
    const auto stream = v4l2::CaptureStream::start(*camera, buffers);
    if (!stream) {
        return unsupported("the camera cannot write into this memory", stream.error());
    }
    const Captured captured = capture_frames(options, *stream, *format, gpu, buffers, slots, stop);
    stopwatch.lap("frames");

    const Synchronisation synchronisation =
        choose_synchronisation(*machine->context, buffers.front());
    const DeviceFacts& facts = machine->context->facts();
    const Verdict verdict{.exporter = std::format("{} ({}) into {}", camera->name(),
                                                  camera->driver(), options.machine.exporter),
                          .device = facts.name,
                          .driver = facts.driver,
                          .rung = std::string(rung_name(slots.front().imported.rung())),
                          .synchronisation = synchronisation,
                          .layout = described(format->layout),
                          .buffer_size = buffers.front().size(),
                          .checks = {captured.check},
                          .steps = stopwatch.steps()};
    if (captured.frames > 0) {
        save_views(options, captured, verdict);
    }
    std::print("{}", options.json ? verdict.json().dump(2) + "\n" : verdict.text());
    if (options.machine.validate && machine->report_validation() > 0) {
        return ExitStatus::invalid;
    }
    return verdict.agree() ? ExitStatus::agree : ExitStatus::differ;
}

} // namespace

void add_capture(CLI::App& program) {
    auto options = std::make_shared<CaptureOptions>();
    CLI::App* const command = program.add_subcommand(
        "capture", "Let a camera write into dma-bufs and the GPU render them, without a copy");
    options->machine.add_to(*command);
    command->add_option("--camera", options->camera,
                        "Camera to use, as in /dev/video0; the first that captures");
    command->add_option_function<std::string>(
        "--format",
        [options](const std::string& name) { options->wishes.packing = parse_packing(name); },
        "What the camera delivers: YUYV or NV12");
    command->add_option_function<std::string>(
        "--size",
        [options](const std::string& text) {
            options->wishes.extent = parse_extent("--size", text);
        },
        "WIDTHxHEIGHT to ask the camera for; it may choose another");
    command->add_option("--frames", options->frames, "How many frames to look at")
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
    command->callback([options] { throw CLI::RuntimeError(static_cast<int>(capture(*options))); });
}

} // namespace parallax::demo
