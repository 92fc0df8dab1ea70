// SPDX-License-Identifier: MIT
#include "commands/commands.hpp"

#include "machine/machine.hpp"
#include "options/picture_options.hpp"
#include "pictures.hpp"
#include "process/guardian.hpp"
#include "process/say.hpp"
#include "process/stop_signal.hpp"
#include "report/failure.hpp"
#include "report/progress.hpp"
#include "report/verdict.hpp"
#include "scanout/card.hpp"
#include "scanout/scanout_buffer.hpp"
#include "scanout/screen_camera.hpp"

#include "exporters/exporters.hpp"
#include "files/picture_file.hpp"
#include "parallax/image/ycbcr.hpp"
#include "parallax/kms/card_answers.hpp"
#include "parallax/kms/display_state.hpp"
#include "parallax/kms/screen.hpp"
#include "parallax/kms/writeback.hpp"
#include "parallax/printable.hpp"
#include "parallax/text.hpp"

#include <drm_fourcc.h>
#include <nlohmann/json.hpp>
#include <poll.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <regex>
#include <string>
#include <string_view>
#include <vector>

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
    bool writeback = false;
    bool json = false;
};

/// Takes a picture of the screen.
using Screenshot = std::function<Picture(const StopSignal& stop)>;

/// The screen after the last frame.
struct Shown {
    std::uint64_t frames = 0;
    Picture cpu_view;
    std::optional<Picture> display_view; ///< if there is a camera or writeback
};

/// Two buffers, each with its framebuffer: one is shown while the other is drawn into.
class DoubleBuffer {
public:
    struct Side {
        std::unique_ptr<ScanoutBuffer> buffer;
        kms::Framebuffer framebuffer;
    };

    explicit DoubleBuffer(std::vector<Side> sides) : sides_(std::move(sides)) {}

    Side& side(std::uint64_t sequence) { return sides_[sequence % sides_.size()]; }

private:
    std::vector<Side> sides_;
};

/// @param screenshot empty if nothing looks at the screen.
Shown show_frames(const ScanoutOptions& options, const Picture& picture, kms::Screen& screen,
                  DoubleBuffer& buffers, const Screenshot& screenshot, const StopSignal& stop) {
    std::uint64_t sequence = 0;
    std::optional<Progress> progress; // once the display shows the first frame
    do {
        DoubleBuffer::Side& side = buffers.side(sequence);
        side.buffer->draw(moved_picture(picture, sequence));
        if (sequence == 0) {
            screen.show(side.framebuffer);
            say("parallax: the display shows it{}", options.frames == 0 ? "; Ctrl-C ends it" : "");
            progress.emplace("frames", Progress::Options{.all = options.frames});
        } else {
            screen.flip_to(side.framebuffer);
        }
        progress->done(++sequence);
        pollfd waiting{.fd = stop.fd(), .events = POLLIN, .revents = 0};
        ::poll(&waiting, 1, static_cast<int>(options.interval));
    } while (!stop.raised() && (options.frames == 0 || sequence < options.frames));

    Shown shown{.frames = sequence,
                .cpu_view = without_alpha(buffers.side(sequence - 1).buffer->cpu_view())};
    if (screenshot && stop.raised() && options.frames > 0) {
        throw std::runtime_error("stopped before the camera looked at the screen");
    }
    if (screenshot && !stop.raised()) {
        shown.display_view = screenshot(stop);
    }
    return shown;
}

/// Takes a screenshot from outside.
Screenshot with_camera(const ScreenCamera& camera, Extent screen) {
    return [&camera, screen](const StopSignal& stop) {
        auto seen = camera.screenshot_of(screen, {.fd = stop.fd()});
        if (!seen) {
            throw std::runtime_error(joined(seen.error()));
        }
        return *std::move(seen);
    };
}

/// Has the display write what it shows into memory of the exporter.
/// @return nothing else, or the reasons why it cannot.
std::expected<Screenshot, Reasons> with_writeback(const kms::Card& card, const kms::Output& output,
                                                  Exporter& exporter) {
    const auto writeback = kms::Writeback::find(card, output.crtc);
    if (!writeback) {
        return std::unexpected(writeback.error());
    }
    const auto target = std::make_shared<DrawnBuffer>(
        exporter, portable_layout(output.extent(), DRM_FORMAT_XRGB8888), "parallax writeback");
    auto framebuffer = kms::Framebuffer::create(card, target->buffers(), target->layout());
    if (!framebuffer) {
        return std::unexpected(framebuffer.error());
    }
    return [writeback = *writeback, target,
            framebuffer = std::make_shared<kms::Framebuffer>(*std::move(framebuffer))](
               const StopSignal& /*stop*/) {
        writeback.capture(*framebuffer);
        return target->cpu_view();
    };
}

/// "bochs-drm Virtual-1"
std::string display_name(const kms::Card& card, const kms::Output& output) {
    return text::format("{} {}", card.driver(), output.connector_name);
}

ExitStatus report(const ScanoutOptions& options, const kms::Card& card, const kms::Output& output,
                  const Shown& shown, Verdict verdict) {
    if (!shown.display_view && options.json) {
        text::println("{}", verdict.json().dump(2));
        return ExitStatus::agree;
    }
    if (!shown.display_view) {
        text::println("shown: {} frames on {}", shown.frames, display_name(card, output));
        text::println("  not compared: {}", !options.camera && !options.writeback
                                                ? "no screen camera is configured (--camera)"
                                            : options.writeback || options.camera.looks_at(card)
                                                ? "stopped before the camera looked at the screen"
                                                : looks_elsewhere(options.camera, card));
        return ExitStatus::agree;
    }
    // A display converts luma and chroma as a sampler does.
    const std::uint32_t bound =
        verdict.layout.format().is_ycbcr ? sampler_bound(verdict.layout) : 0;
    verdict.checks.push_back(
        check_view(options.render ? "gpu_to_display" : "cpu_to_display",
                   options.render ? "GPU renders, display shows" : "CPU writes, display shows",
                   {.picture = shown.cpu_view}, {.picture = *shown.display_view}, verdict.layout,
                   nullptr, bound));
    const Picture difference = difference_picture(shown.cpu_view, *shown.display_view);
    const std::array pictures{
        TitledPicture{.title = "CPU view", .picture = &shown.cpu_view},
        TitledPicture{.title = "display view", .picture = &*shown.display_view},
        TitledPicture{.title = difference_title(), .picture = &difference}};
    return finish(verdict, pictures,
                  {.folder = options.out, .json = "scanout.json", .picture = "scanout.png"},
                  options.json);
}

/// The buffers, drawn by CPU or GPU as in the options; or the reasons why there are none.
using ScanoutBuffers = std::vector<std::unique_ptr<ScanoutBuffer>>;

std::expected<ScanoutBuffers, Reasons> make_buffers(const ScanoutOptions& options,
                                                    Exporter& exporter, const Context* context,
                                                    Extent extent) {
    constexpr std::string_view name = "parallax scanout frame";
    ScanoutBuffers buffers;
    for (int i = 0; i < 2; ++i) {
        if (context == nullptr) {
            auto drawn = options.picture.allocate(exporter, extent, name);
            if (!drawn) {
                return std::unexpected(drawn.error());
            }
            buffers.push_back(std::make_unique<CpuScanoutBuffer>(*std::move(drawn)));
            continue;
        }
        auto image = SharedImage::create(
            *context, exporter, {.extent = extent, .fourcc = options.picture.fourcc, .name = name});
        if (!image) {
            return std::unexpected(image.error());
        }
        if (!image->imported().can_store()) {
            return std::unexpected(
                Reasons{context->facts().name + " cannot render into this memory"});
        }
        buffers.push_back(std::make_unique<GpuScanoutBuffer>(*context, *std::move(image)));
    }
    if (buffers[0]->buffers().front().inode() == buffers[1]->buffers().front().inode()) {
        return std::unexpected(
            Reasons{"this exporter gives the same memory each time, and frames take two buffers"});
    }
    return buffers;
}

std::expected<DoubleBuffer, Reasons> make_framebuffers(const kms::Card& card,
                                                       ScanoutBuffers buffers) {
    std::vector<DoubleBuffer::Side> sides;
    for (std::unique_ptr<ScanoutBuffer>& buffer : buffers) {
        auto framebuffer = kms::Framebuffer::create(card, buffer->buffers(), buffer->layout());
        if (!framebuffer) {
            return std::unexpected(framebuffer.error());
        }
        sides.push_back({.buffer = std::move(buffer), .framebuffer = *std::move(framebuffer)});
    }
    return DoubleBuffer(std::move(sides));
}

/// The work of the child process.
ExitStatus show(const ScanoutOptions& options, const kms::Card& card, const kms::Output& output) {
    const StopSignal stop;
    Stopwatch stopwatch;
    const Picture picture = centred(options.picture.load(), output.extent(), 1);
    auto exporter = open_any_exporter(options.machine.exporter);
    if (!exporter) {
        return unsupported("this machine cannot do it", exporter.error());
    }
    std::optional<Device> device;
    if (options.render) {
        auto opened = Device::open(options.machine.device);
        if (!opened) {
            return unsupported("this machine cannot render", opened.error());
        }
        device = *std::move(opened);
    }
    auto drawn = make_buffers(options, **exporter, device ? device->context.get() : nullptr,
                              output.extent());
    if (!drawn) {
        return unsupported(options.render ? "the GPU cannot import this picture"
                                          : "this exporter has no memory for the picture",
                           drawn.error());
    }
    auto buffers = make_framebuffers(card, *std::move(drawn));
    if (!buffers) {
        return unsupported("this display cannot show a dma-buf", buffers.error());
    }
    Verdict verdict{
        .facts = {{"exporter", printable(options.machine.exporter)},
                  {"display", display_name(card, output)},
                  {"mode", text::format("{}x{}", output.extent().width, output.extent().height)},
                  {"writer", options.render ? "GPU" : "CPU"}},
        .layout = buffers->side(0).buffer->layout(),
        .buffer_size = buffers->side(0).buffer->buffers().front().size()};
    Screenshot screenshot;
    if (options.writeback) {
        auto found = with_writeback(card, output, **exporter);
        if (!found) {
            return unsupported("this display cannot write back what it shows", found.error());
        }
        screenshot = *std::move(found);
    } else if (options.camera && options.camera.looks_at(card)) {
        screenshot = with_camera(options.camera, output.extent());
    }
    stopwatch.lap("start");
    kms::Screen screen(card, output);
    const Shown shown = show_frames(options, picture, screen, *buffers, screenshot, stop);
    stopwatch.lap("frames");
    verdict.laps = stopwatch.laps();
    const ExitStatus status = report(options, card, output, shown, std::move(verdict));
    return device ? device->validated(status) : status;
}

/// @throws UsageError when every card's driver is known, and @p wish is none of them.
void require_known_card(const std::string& wish) {
    const bool by_driver = !wish.empty() && !wish.starts_with('/');
    const std::vector<std::string> drivers =
        by_driver ? kms::card_drivers() : std::vector<std::string>();
    if (!drivers.empty() && !std::ranges::contains(drivers, wish) &&
        !std::ranges::contains(drivers, std::string())) {
        throw UsageError(text::format(
            "--card: no card is driven by '{}'; the cards' drivers are {}", wish, joined(drivers)));
    }
}

/// @throws UsageError when the card has connectors, and none of that name.
void require_known_connector(const kms::CardAnswers& answers, const std::string& wish) {
    std::vector<std::string> names;
    for (const kms::ConnectorAnswer& connector : answers.connectors) {
        names.push_back(connector.name);
    }
    if (!wish.empty() && !names.empty() && !std::ranges::contains(names, wish)) {
        throw UsageError(text::format("--connector: {} has no connector '{}'; it has {}",
                                      answers.driver, wish, joined(names)));
    }
}

/// Why a text cannot be a mode of a display; empty if it can.
std::string mistake_in_mode(const std::string& text) {
    static const std::regex mode("[0-9]+x[0-9]+(@[0-9]+)?");
    constexpr std::size_t longest = 32; // matching recurses with each character
    return text.size() <= longest && std::regex_match(text, mode)
               ? std::string()
               : text::format("'{}' is not a mode; write one as 1024x768 or 1024x768@60", text);
}

ExitStatus scanout(const ScanoutOptions& options) {
    if (options.render && format_of(options.picture.fourcc).is_ycbcr) {
        throw UsageError(text::format("--render is for formats of red, green and blue, not for {}",
                                      format_of(options.picture.fourcc).name));
    }
    require_known_card(options.card);
    auto card = open_card(options.card, options.camera);
    if (!card) {
        return unsupported("this machine has no display that can be used", card.error());
    }
    if (!card->is_master()) {
        return unsupported("this machine has no display that can be used",
                           {text::format("{} ({}) belongs to another program, a compositor for "
                                         "example; run this on a text console",
                                         card->path(), card->driver())});
    }
    const kms::CardAnswers answers = kms::ask_card(*card);
    require_known_connector(answers, options.output.connector);
    const auto output = kms::choose_output(answers, options.output);
    if (!output) {
        return unsupported("this machine has no such display", output.error());
    }
    if (const Reasons reasons =
            why_not_shown(*card, *output, options.picture.layout(output->extent()));
        !reasons.empty()) {
        return unsupported("this display cannot show the picture", reasons);
    }
    const kms::FormerState former(*card);
    kms::FormerState::Restored restored;
    if (const auto status = guard([&] { restored = show_former(former, *card); })) {
        if (!restored.different.empty()) {
            return ExitStatus::failed;
        }
        if (restored.changed) {
            say("parallax: the display shows again what it showed before");
        }
        return static_cast<ExitStatus>(*status);
    }
    return show(options, *card, *output);
}

} // namespace

void add_scanout(CLI::App& program, Work& chosen) {
    auto options = std::make_shared<ScanoutOptions>();
    CLI::App* const command = program.add_subcommand(
        "scanout", "Show dma-bufs that the CPU writes on a display, without a copy");
    options->machine.add_to(*command, chosen);
    options->picture.add_picture_to(*command, FormatChoice::all);
    options->camera.add_to(*command);
    command->add_option(
        "--card", options->card,
        "Card to use: its node or its driver's name; by default the first with a display");
    command->add_option("--connector", options->output.connector,
                        "Connector to use, as in HDMI-A-1; by default one that is connected");
    command
        ->add_option("--mode", options->output.mode,
                     "Mode to set, as in 1024x768 or 1024x768@60; by default the display's own")
        ->check(mistake_in_mode);
    command->add_flag("--render", options->render,
                      "The GPU renders the picture's negative into the buffers");
    command->add_flag("--writeback", options->writeback,
                      "Instead of a camera, have the display write what it shows into memory, and "
                      "compare that; few drivers can");
    command->add_option("--frames", options->frames, "Number of frames; 0 means until Ctrl-C")
        ->capture_default_str();
    command->add_option("--interval", options->interval, "Milliseconds between frames, at least")
        ->check(CLI::Range(0, 60'000))
        ->capture_default_str();
    command->add_option("--out", options->out, "Folder for scanout.png and scanout.json")
        ->capture_default_str();
    command->add_flag("--json", options->json, "Print the verdict as JSON");
    command->footer(
        "Examples (on a text console):\n"
        "  parallax scanout                         show frames until Ctrl-C\n"
        "  parallax scanout --connector HDMI-A-1 --mode 1920x1080 --render\n"
        "  parallax scanout --format NV12           if the display has planes for video\n"
        "  parallax scanout --frames 10 --camera ./grab.sh   compare what the display shows");
    choose(*command, chosen, [options] { return scanout(*options); });
}

} // namespace parallax::demo
