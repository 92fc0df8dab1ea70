// SPDX-License-Identifier: MIT
#include "commands/scanout.hpp"

#include "exit_status.hpp"
#include "options/machine.hpp"
#include "options/picture_options.hpp"
#include "process/guardian.hpp"
#include "process/progress.hpp"
#include "process/stop_signal.hpp"
#include "stopwatch.hpp"
#include "verdict.hpp"
#include "views/canvas.hpp"
#include "views/moved_picture.hpp"
#include "views/screen_camera.hpp"

#include "parallax/contact_sheet.hpp"
#include "parallax/kms/screen.hpp"
#include "parallax/write_file.hpp"

#include <nlohmann/json.hpp>
#include <poll.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <format>
#include <memory>
#include <optional>
#include <print>

namespace parallax::demo {
namespace {

struct ScanoutOptions {
    MachineOptions machine;
    PictureOptions picture;
    ScreenCamera camera;
    std::string card;
    kms::OutputWishes output;
    std::filesystem::path out = "out";
    std::uint64_t frames = 0;
    std::uint32_t interval = 40;
    bool render = false;
    bool json = false;
};

/// The picture in the middle of a black screen, made smaller if it does not fit.
Picture on_screen(const Picture& picture, Extent screen) {
    const Extent size = picture.extent();
    if (size.width > screen.width || size.height > screen.height) {
        const double scale = std::min(static_cast<double>(screen.width) / size.width,
                                      static_cast<double>(screen.height) / size.height);
        const auto scaled = [scale](std::uint32_t side) {
            return std::max(1U, static_cast<std::uint32_t>(side * scale));
        };
        return on_screen(resized(picture, {scaled(size.width), scaled(size.height)}), screen);
    }
    Picture whole(screen, {.r = 0, .g = 0, .b = 0, .a = 255});
    const std::uint32_t left = (screen.width - size.width) / 2;
    const std::uint32_t top = (screen.height - size.height) / 2;
    for (std::uint32_t y = 0; y < size.height; ++y) {
        std::ranges::copy(picture.row(y), whole.row(top + y).subspan(left).begin());
    }
    return whole;
}

/// What was on the screen when the frames were over.
struct Shown {
    std::uint64_t frames = 0;
    Picture cpu_view;
    std::optional<Picture> display_view; ///< if there is a camera
};

/// Two buffers, each with its framebuffer: one is shown while the other is drawn into.
class DoubleBuffer {
public:
    struct Side {
        std::unique_ptr<Canvas> canvas;
        kms::Framebuffer framebuffer;
    };

    explicit DoubleBuffer(std::vector<Side> sides) : sides_(std::move(sides)) {}

    Side& side(std::uint64_t sequence) { return sides_[sequence % sides_.size()]; }

private:
    std::vector<Side> sides_;
};

Shown show_frames(const ScanoutOptions& options, const Picture& picture, kms::Screen& screen,
                  DoubleBuffer& buffers, const StopSignal& stop) {
    std::uint64_t sequence = 0;
    std::optional<Progress> progress; // from when the display shows it
    do {
        DoubleBuffer::Side& side = buffers.side(sequence);
        side.canvas->draw(moved_picture(picture, sequence));
        if (sequence == 0) {
            screen.show(side.framebuffer);
            std::println(stderr, "parallax: the display shows it{}",
                         options.frames == 0 ? "; Ctrl-C ends it" : "");
            progress.emplace("frames", Progress::Options{.all = options.frames});
        } else {
            screen.flip_to(side.framebuffer);
        }
        progress->done(++sequence);
        pollfd waiting{.fd = stop.fd(), .events = POLLIN, .revents = 0};
        ::poll(&waiting, 1, static_cast<int>(options.interval));
    } while (!stop.raised() && (options.frames == 0 || sequence < options.frames));

    Shown shown{.frames = sequence,
                .cpu_view = without_alpha(buffers.side(sequence - 1).canvas->view())};
    if (options.camera) {
        shown.display_view = options.camera.photograph();
    }
    return shown;
}

void save_views(const ScanoutOptions& options, const Shown& shown, const Verdict& verdict) {
    const Picture difference = difference_picture(shown.cpu_view, *shown.display_view);
    const std::array panels{Panel{.title = "CPU view", .picture = &shown.cpu_view},
                            Panel{.title = "display view", .picture = &*shown.display_view},
                            Panel{.title = "difference", .picture = &difference}};
    save_png(contact_sheet(panels, std::format("{} - {} - {}", verdict.headline(), verdict.exporter,
                                               verdict.device)),
             options.out / "scanout.png");
    write_file(options.out / "scanout.json", verdict.json().dump(2) + "\n");
}

ExitStatus report(const ScanoutOptions& options, const Shown& shown, Verdict verdict) {
    if (!shown.display_view && options.json) {
        nlohmann::ordered_json json = verdict.json();
        json["agree"] = nullptr; // nobody looked
        std::println("{}", json.dump(2));
        return ExitStatus::agree;
    }
    if (!shown.display_view) {
        std::println("shown: {} frames on {}", shown.frames, verdict.device);
        std::println("  not compared: there is no camera that looks at the screen (--camera)");
        return ExitStatus::agree;
    }
    if (shown.display_view->extent() != shown.cpu_view.extent()) {
        throw std::runtime_error(
            std::format("the camera's picture has {}x{} pixels, the screen {}x{}",
                        shown.display_view->extent().width, shown.display_view->extent().height,
                        shown.cpu_view.extent().width, shown.cpu_view.extent().height));
    }
    verdict.checks.push_back(
        {options.render ? "gpu_to_display" : "cpu_to_display",
         options.render ? "GPU renders, display shows" : "CPU writes, display shows",
         compare(shown.cpu_view, *shown.display_view)});
    save_views(options, shown, verdict);
    std::print("{}", options.json ? verdict.json().dump(2) + "\n" : verdict.text());
    return verdict.agree() ? ExitStatus::agree : ExitStatus::differ;
}

/// The canvases, drawn by whom the options say; or why there are none.
using Canvases = std::vector<std::unique_ptr<Canvas>>;

std::expected<Canvases, Reasons> make_canvases(const ScanoutOptions& options, Exporter& exporter,
                                               const Context* context, Extent extent) {
    Canvases canvases;
    for (int i = 0; i < 2; ++i) {
        if (context == nullptr) {
            canvases.push_back(
                std::make_unique<CpuCanvas>(exporter, extent, *options.picture.format));
            continue;
        }
        auto image = SharedImage::create(*context, exporter,
                                         {.extent = extent, .format = options.picture.format});
        if (!image) {
            return std::unexpected(image.error());
        }
        if (!image->imported().can_store()) {
            return std::unexpected(
                Reasons{context->facts().name + " cannot render into this memory"});
        }
        canvases.push_back(std::make_unique<GpuCanvas>(*context, *std::move(image)));
    }
    return canvases;
}

std::expected<DoubleBuffer, Reasons> make_framebuffers(const kms::Card& card, Canvases canvases) {
    std::vector<DoubleBuffer::Side> sides;
    for (std::unique_ptr<Canvas>& canvas : canvases) {
        auto framebuffer = kms::Framebuffer::create(card, canvas->buffer(), canvas->layout());
        if (!framebuffer) {
            return std::unexpected(framebuffer.error());
        }
        sides.push_back({.canvas = std::move(canvas), .framebuffer = *std::move(framebuffer)});
    }
    return DoubleBuffer(std::move(sides));
}

/// The work, in a process of its own.
ExitStatus show(const ScanoutOptions& options, const kms::Card& card, const kms::Output& output) {
    const StopSignal stop;
    Stopwatch stopwatch;
    const Picture picture = on_screen(options.picture.load(), output.extent());
    auto exporter = open_exporter(options.machine.exporter);
    if (!exporter) {
        return unsupported("this machine cannot do it", exporter.error());
    }
    std::optional<Device> device;
    if (options.render) {
        auto opened = Device::open(options.machine);
        if (!opened) {
            return unsupported("this machine cannot render", opened.error());
        }
        device = *std::move(opened);
    }
    auto canvases = make_canvases(options, **exporter, device ? device->context.get() : nullptr,
                                  output.extent());
    if (!canvases) {
        return unsupported("the GPU cannot import this picture", canvases.error());
    }
    auto buffers = make_framebuffers(card, *std::move(canvases));
    if (!buffers) {
        return unsupported("this display cannot show a dma-buf", buffers.error());
    }
    Verdict verdict{.exporter = options.machine.exporter,
                    .device = std::format("{} {}", card.driver(), output.connector_name),
                    .driver = std::format("{}x{}", output.extent().width, output.extent().height),
                    .rung = options.render ? "rendered, then scanned out" : "scanned out",
                    .layout = buffers->side(0).canvas->layout(),
                    .buffer_size = buffers->side(0).canvas->buffer().size()};
    stopwatch.lap("start");
    kms::Screen screen(card, output);
    const Shown shown = show_frames(options, picture, screen, *buffers, stop);
    stopwatch.lap("frames");
    verdict.steps = stopwatch.steps();
    const ExitStatus status = report(options, shown, std::move(verdict));
    return device && options.machine.validate && device->report_validation() > 0
               ? ExitStatus::invalid
               : status;
}

ExitStatus scanout(const ScanoutOptions& options) {
    auto card = kms::Card::open(options.card);
    if (!card) {
        return unsupported("this machine has no display that can be used", card.error());
    }
    if (!card->is_master()) {
        return unsupported("this machine has no display that can be used",
                           {std::format("{} ({}) belongs to another program, a compositor for "
                                        "example; run this on a text console",
                                        card->path(), card->driver())});
    }
    const auto output = kms::choose_output(*card, options.output);
    if (!output) {
        return unsupported("this machine has no such display", output.error());
    }
    if (std::ranges::find(output->formats, options.picture.format->fourcc) ==
        output->formats.end()) {
        return unsupported(
            "this display cannot show the picture",
            {std::format("{} does not scan out {}", card->driver(), options.picture.format->name)});
    }
    const kms::FormerState former(*card, *output);
    if (const auto status = guard([&] { static_cast<void>(former.restore(*card)); })) {
        return static_cast<ExitStatus>(*status);
    }
    return show(options, *card, *output);
}

} // namespace

void add_scanout(CLI::App& program) {
    auto options = std::make_shared<ScanoutOptions>();
    CLI::App* const command = program.add_subcommand(
        "scanout",
        "Show on a display what the CPU writes into dma-bufs, without a copy in between");
    options->machine.add_to(*command);
    options->picture.add_picture_to(*command);
    options->camera.add_to(*command);
    command->add_option("--card", options->card,
                        "Card to use: its node or its driver's name; the first with a display");
    command->add_option("--connector", options->output.connector,
                        "Connector to use, as in HDMI-A-1; the first that is connected");
    command->add_option("--mode", options->output.mode,
                        "Mode to set, as in 1024x768 or 1024x768@60; the display's own");
    command->add_flag("--render", options->render,
                      "The GPU renders the picture's negative into the buffers");
    command
        ->add_option("--frames", options->frames,
                     "End after so many frames; 0 goes on until Ctrl-C")
        ->capture_default_str();
    command->add_option("--interval", options->interval, "Milliseconds between frames, at least")
        ->check(CLI::Range(0, 60'000))
        ->capture_default_str();
    command->add_option("--out", options->out, "Folder for scanout.png and scanout.json")
        ->capture_default_str();
    command->add_flag("--json", options->json, "Print the verdict as JSON");
    command->footer(
        "Examples (on a text console):\n"
        "  parallax scanout                         until Ctrl-C\n"
        "  parallax scanout --connector HDMI-A-1 --mode 1920x1080 --render\n"
        "  parallax scanout --frames 10 --camera ./grab.sh   and compare what it shows");
    command->callback([options] { throw CLI::RuntimeError(static_cast<int>(scanout(*options))); });
}

} // namespace parallax::demo
