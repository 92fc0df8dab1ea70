// SPDX-License-Identifier: MIT
#include "commands/commands.hpp"

#include "machine/machine.hpp"
#include "options/socket_options.hpp"
#include "process/say.hpp"
#include "report/failure.hpp"
#include "report/progress.hpp"
#include "report/verdict.hpp"
#include "sharing/connection.hpp"

#include "files/picture_file.hpp"
#include "offscreen/picture_renderer.hpp"
#include "parallax/ipc/frame_sharing.hpp"
#include "parallax/text.hpp"
#include "parallax/vulkan/import/multiplanar.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <filesystem>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

namespace parallax::demo {
namespace {

struct ViewOptions {
    DeviceOptions device;
    SocketOption socket;
    std::filesystem::path out = "out";
    std::uint64_t frames = 1;
    std::uint32_t wait = 0;
    std::uint32_t patience = 120'000;
    bool json = false;
};

using std::chrono::milliseconds;

/// The buffers of the other process, imported once each.
std::expected<std::vector<ImportedYcbcr>, Reasons> import_all(const Context& context,
                                                              const FrameReceiver& receiver) {
    std::vector<ImportedYcbcr> imports;
    for (const DrawnBuffer& drawn : receiver.buffers()) {
        auto import = ImportedYcbcr::create(context.importer(), drawn.buffers(), drawn.layout());
        if (!import) {
            return std::unexpected(import.error());
        }
        imports.push_back(*std::move(import));
    }
    return imports;
}

/// Why the sharer has ended the connection, after the frames that it has announced.
std::string ending_of(const FrameReceiver& receiver) {
    for (;;) {
        if (const auto frame = receiver.next(milliseconds(0)); !frame) {
            return frame.error();
        }
    }
}

/// A fingerprint does not tell which pixels differ: all of them count then.
Comparison compare_fingerprints(const Picture& seen, std::uint64_t drawn) {
    const std::uint64_t pixels = seen.extent().pixels();
    return {.compared = pixels, .different = fingerprint(seen) == drawn ? 0 : pixels};
}

ExitStatus view(const ViewOptions& options) {
    Stopwatch stopwatch;
    auto device = Device::open(options.device);
    if (!device) {
        return unsupported("this machine cannot do it", device.error());
    }
    stopwatch.lap("start");
    const FrameReceiver receiver =
        connect_to_sharer(options.socket.resolve(), milliseconds(options.wait));
    stopwatch.lap("connect");
    auto imports = import_all(*device->context, receiver);
    if (!imports) {
        print_reasons(text::format("{} cannot import these buffers", device->context->facts().name),
                      imports.error());
        receiver.leave("my device cannot import these buffers");
        return ExitStatus::unsupported;
    }
    stopwatch.lap("import");

    const PictureRenderer gpu(*device->context, receiver.layout());
    Check views{"process_to_gpu", "another process writes, GPU reads", {}};
    Check drawn{"process_fingerprint", "the sharer's fingerprint, GPU reads", {}};
    SampledPicture cpu_view;
    SampledPicture gpu_view;
    std::optional<std::string> ending; // before all frames were seen
    {
        Progress progress("frames", {.all = options.frames});
        for (std::uint64_t seen = 0; seen < options.frames && !ending; ++seen) {
            const auto frame = receiver.next(milliseconds(options.patience));
            if (!frame) {
                ending = frame.error();
                break;
            }
            const DrawnBuffer& drawn_buffer = receiver.buffers()[frame->index];
            gpu_view = gpu.read((*imports)[frame->index], drawn_buffer.buffers());
            cpu_view = drawn_buffer.view();
            const Comparison compared = compare(cpu_view, gpu_view);
            const Comparison as_drawn = compare_fingerprints(gpu_view.picture, frame->fingerprint);
            if ((!compared.equal() || !as_drawn.equal()) && !receiver.connected()) {
                ending = text::format("{}; it may have drawn in the frame while this was read",
                                      ending_of(receiver));
                break;
            }
            receiver.done(*frame);
            if (!compared.equal() && !views.diagnosis && !receiver.layout().format().is_ycbcr) {
                views.diagnosis = diagnose(cpu_view.picture, receiver.layout(), gpu_view.picture);
            }
            views.result += compared;
            drawn.result += as_drawn;
            progress.done(seen + 1);
        }
    }
    stopwatch.lap("frames");

    const DmaBuf& first = receiver.buffers().front().buffer();
    const ImportedYcbcr& worst = *std::ranges::max_element(*imports, {}, &ImportedYcbcr::method);
    Verdict verdict{.facts = import_facts(*device->context, worst.method(), first),
                    .refused = worst.refused(),
                    .layout = receiver.layout(),
                    .buffer_size = first.size(),
                    .checks = {views, drawn},
                    .laps = stopwatch.laps()};
    verdict.facts.insert(verdict.facts.begin(), {"sharer", receiver.sharer().name()});
    ExitStatus status = ExitStatus::differ;
    if (verdict.compared() > 0) {
        const Picture difference = difference_picture(cpu_view.picture, gpu_view.picture);
        const std::array pictures{
            TitledPicture{.title = "CPU view, other process", .picture = &cpu_view.picture},
            TitledPicture{.title = "GPU view, other process", .picture = &gpu_view.picture},
            TitledPicture{.title = difference_title(), .picture = &difference}};
        status = finish(verdict, pictures,
                        {.folder = options.out, .json = "view.json", .picture = "view.png"},
                        options.json);
        save_png(gpu_view.picture, options.out / "process.png");
    }
    if (ending) {
        say("parallax: {}", *ending);
        status = ExitStatus::failed;
    }
    return device->validated(status);
}

} // namespace

void add_view(CLI::App& program, Work& chosen) {
    auto options = std::make_shared<ViewOptions>();
    CLI::App* const command = program.add_subcommand(
        "view", "Import the frames of another process (parallax share) and compare what the GPU "
                "and the CPU of this one see");
    options->device.add_to(*command, chosen);
    options->socket.add_to(*command);
    command->add_option("--frames", options->frames, "Number of frames to compare")
        ->check(CLI::PositiveNumber)
        ->capture_default_str();
    command
        ->add_option("--wait", options->wait, "Milliseconds to wait for a sharer and its buffers")
        ->check(CLI::Range(0, 600'000))
        ->capture_default_str();
    command->add_option("--patience", options->patience, "Milliseconds to wait for a frame")
        ->check(CLI::Range(1, 3'600'000))
        ->capture_default_str();
    command->add_option("--out", options->out, "Folder for view.png, process.png and view.json")
        ->capture_default_str();
    command->add_flag("--json", options->json, "Print the verdict as JSON");
    command->footer(
        "Examples:\n"
        "  parallax view                            one frame of a running parallax share\n"
        "  parallax view --frames 100 --wait 5000   wait up to 5 s for the sharer\n"
        "  parallax view --socket /tmp/s --json");
    choose(*command, chosen, [options] { return view(*options); });
}

} // namespace parallax::demo
