// SPDX-License-Identifier: MIT
#include "commands/view.hpp"

#include "exit_status.hpp"
#include "options/device.hpp"
#include "options/socket_option.hpp"
#include "process/progress.hpp"
#include "stopwatch.hpp"
#include "verdict.hpp"

#include "parallax/contact_sheet.hpp"
#include "parallax/fingerprint.hpp"
#include "parallax/frame_receiver.hpp"
#include "parallax/vulkan/gpu_view.hpp"
#include "parallax/write_file.hpp"

#include <array>
#include <chrono>
#include <filesystem>
#include <format>
#include <memory>
#include <optional>
#include <print>
#include <system_error>
#include <thread>

namespace parallax::demo {
namespace {

struct ViewOptions {
    DeviceOptions device;
    SocketOption socket;
    std::filesystem::path out = "out";
    std::uint64_t frames = 1;
    std::uint32_t wait = 0;
    bool json = false;
};

/// Connects; while nobody listens yet, tries again until the time is over.
UnixSocket connect(const ViewOptions& options) {
    const auto now = std::chrono::steady_clock::now;
    const std::filesystem::path path = options.socket.resolve();
    const auto end = now() + std::chrono::milliseconds(options.wait);
    while (true) {
        try {
            return UnixSocket::connect(path);
        } catch (const std::system_error& error) {
            if (now() >= end) {
                throw std::runtime_error(
                    std::format("{}; is parallax share running?", error.what()));
            }
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
}

/// The buffers of the other process, imported once each.
struct Imports {
    ImportPlan plan;
    std::vector<std::unique_ptr<ImportedImage>> images;
};

std::expected<Imports, Reasons> import_all(const Context& context, const FrameReceiver& receiver) {
    const ImageLayout& layout = receiver.layout();
    const ImageRequest request{.extent = layout.extent, .format = layout.format, .fixed = layout};
    auto plan = plan_import(ask_driver(context, request), request);
    if (!plan) {
        return std::unexpected(describe(plan.error()));
    }
    Imports imports{.plan = *std::move(plan)};
    for (const DrawnBuffer& drawn : receiver.buffers()) {
        auto image = import_image(context, imports.plan, drawn.buffer());
        if (!image) {
            return std::unexpected(image.error());
        }
        imports.images.push_back(*std::move(image));
    }
    return imports;
}

/// A fingerprint tells that pixels differ, not which: all of them count then.
Comparison compare_fingerprints(const Picture& seen, std::uint64_t drawn) {
    const std::uint64_t pixels = seen.extent().pixels();
    return {.compared = pixels, .different = fingerprint(seen) == drawn ? 0 : pixels};
}

void save(const std::filesystem::path& folder, const Picture& cpu, const Picture& gpu,
          const Verdict& verdict) {
    const Picture difference = difference_picture(cpu, gpu);
    const std::array panels{Panel{.title = "CPU view, other process", .picture = &cpu},
                            Panel{.title = "GPU view, other process", .picture = &gpu},
                            Panel{.title = "difference", .picture = &difference}};
    save_png(contact_sheet(panels, std::format("{} - {} - {} - {}", verdict.headline(),
                                               verdict.exporter, verdict.device, verdict.rung)),
             folder / "view.png");
    save_png(gpu, folder / "process.png");
    write_file(folder / "view.json", verdict.json().dump(2) + "\n");
}

/// Why it ended before all frames were seen; nothing when they were.
using Ending = std::optional<std::string>;

ExitStatus finish(const ViewOptions& options, const Device& device, const Verdict& verdict,
                  const Ending& ending) {
    std::print("{}", options.json ? verdict.json().dump(2) + "\n" : verdict.text());
    if (ending) {
        std::println(stderr, "parallax: {}", *ending);
    }
    if (options.device.validate && device.report_validation() > 0) {
        return ExitStatus::invalid;
    }
    if (ending) {
        return ExitStatus::failed;
    }
    return verdict.agree() ? ExitStatus::agree : ExitStatus::differ;
}

ExitStatus view(const ViewOptions& options) {
    Stopwatch stopwatch;
    auto device = Device::open(options.device);
    if (!device) {
        return unsupported("this machine cannot do it", device.error());
    }
    stopwatch.lap("start");
    auto receiver = FrameReceiver::open(connect(options));
    if (!receiver) {
        throw std::runtime_error(receiver.error());
    }
    stopwatch.lap("connect");
    auto imports = import_all(*device->context, *receiver);
    if (!imports) {
        print_reasons(std::format("{} cannot import these buffers", device->context->facts().name),
                      imports.error());
        receiver->leave("my device cannot import these buffers");
        return ExitStatus::unsupported;
    }
    stopwatch.lap("import");

    const GpuView gpu(*device->context, receiver->layout());
    Check views{"process_to_gpu", "another process writes, GPU reads", {}};
    Check drawn{"process_fingerprint", "the sharer's fingerprint, GPU reads", {}};
    Picture cpu_view;
    Picture gpu_view;
    Ending ending;
    {
        Progress progress("frames", {.all = options.frames});
        for (std::uint64_t seen = 0; seen < options.frames && !ending; ++seen) {
            const auto frame = receiver->next();
            if (!frame) {
                ending = frame.error();
                break;
            }
            const DrawnBuffer& drawn_buffer = receiver->buffers()[frame->index];
            gpu_view = gpu.read(*imports->images[frame->index], drawn_buffer.buffer());
            cpu_view = drawn_buffer.view();
            receiver->done(*frame);
            views.result += compare(cpu_view, gpu_view);
            drawn.result += compare_fingerprints(gpu_view, frame->fingerprint);
            progress.done(seen + 1);
        }
    }
    stopwatch.lap("frames");

    const DeviceFacts& facts = device->context->facts();
    const Verdict verdict{.exporter = std::format("process {}", receiver->sharer()),
                          .device = facts.name,
                          .driver = facts.driver,
                          .rung = std::string(rung_name(imports->plan.rung)),
                          .refused = describe(imports->plan.refused),
                          .synchronisation = choose_synchronisation(
                              *device->context, receiver->buffers().front().buffer()),
                          .layout = receiver->layout(),
                          .buffer_size = receiver->buffers().front().buffer().size(),
                          .checks = {views, drawn},
                          .steps = stopwatch.steps()};
    if (cpu_view.extent().pixels() > 0) {
        save(options.out, cpu_view, gpu_view, verdict);
    }
    return finish(options, *device, verdict, ending);
}

} // namespace

void add_view(CLI::App& program) {
    auto options = std::make_shared<ViewOptions>();
    CLI::App* const command = program.add_subcommand(
        "view", "Import the frames of another process (parallax share) and compare what the GPU "
                "and the CPU of this one see");
    options->device.add_to(*command);
    options->socket.add_to(*command);
    command->add_option("--frames", options->frames, "How many frames to look at")
        ->check(CLI::PositiveNumber)
        ->capture_default_str();
    command->add_option("--wait", options->wait, "Milliseconds to wait for somebody to share")
        ->check(CLI::Range(0, 600'000))
        ->capture_default_str();
    command->add_option("--out", options->out, "Folder for view.png, process.png and view.json")
        ->capture_default_str();
    command->add_flag("--json", options->json, "Print the verdict as JSON");
    command->footer(
        "Examples:\n"
        "  parallax view                            one frame of a running parallax share\n"
        "  parallax view --frames 100 --wait 5000   which may still have to start\n"
        "  parallax view --socket /tmp/s --json");
    command->callback([options] { throw CLI::RuntimeError(static_cast<int>(view(*options))); });
}

} // namespace parallax::demo
