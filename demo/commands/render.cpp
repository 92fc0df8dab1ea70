// SPDX-License-Identifier: MIT
#include "commands/commands.hpp"
#include "commands/render_options.hpp"

#include "machine/machine.hpp"
#include "options/picture_options.hpp"
#include "options/views_options.hpp"
#include "process/end_on_stop.hpp"
#include "process/stop_signal.hpp"
#include "report/failure.hpp"
#include "report/progress.hpp"
#include "report/verdict.hpp"
#include "viewers/late_writer.hpp"
#include "viewers/mistake.hpp"
#include "viewers/other_views.hpp"
#include "viewers/painter.hpp"
#include "viewers/sharing_checks.hpp"

#include "offscreen/offscreen_renderer.hpp"
#include "offscreen/shared_image.hpp"
#include "parallax/image/pixels.hpp"
#include "parallax/printable.hpp"
#include "parallax/text.hpp"

#include <algorithm>
#include <cstdint>
#include <expected>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace parallax::demo {
namespace {

/// Of a run: start, import, pipeline, other views, and those of the checks. The last of these only
/// where the GPU can write into the memory.
constexpr std::uint64_t step_count = 4 + SharingChecks::steps.size();

/// The difference of the CPU's view and the first that differs, or that of the GPU.
struct ShownDifference {
    std::string title;
    Picture picture;
};
ShownDifference difference_of(const Picture& cpu, const Picture& gpu, bool gpu_differs,
                              const std::vector<ViewerPicture>& others) {
    const auto other =
        gpu_differs ? others.end() : std::ranges::find_if(others, &ViewerPicture::differs);
    if (other == others.end()) {
        return {.title = others.empty() ? difference_title() : difference_title("CPU - GPU"),
                .picture = difference_picture(cpu, gpu)};
    }
    const ViewerKind& kind = *other->kind;
    return {.title = difference_title(text::format("CPU - {}", kind.title)),
            .picture =
                difference_picture(kind.sees_alpha ? cpu : without_alpha(cpu), other->picture)};
}

/// Runs work that leaves nothing behind, which a request to stop ends at once; and work that first
/// cleans up.
class Interruptible {
public:
    [[nodiscard]] const StopSignal& stop() const noexcept { return stop_; }

    /// Runs work that checks stop() itself.
    template <typename Work>
    auto in_order(Work work) {
        end_.emplace(stop_, EndOnStop::long_enough);
        struct Again {
            Interruptible& all;
            ~Again() {
                if (all.stop_.raised()) {
                    all.stop_.end_process();
                }
                all.end_.emplace(all.stop_);
            }
        } again{*this};
        return work();
    }

private:
    StopSignal stop_;
    std::optional<EndOnStop> end_{std::in_place, stop_};
};

/// The refusal of an import; with a mistake, what should have happened.
ExitStatus refused(const RenderOptions& options, const Context& context, Reasons reasons) {
    if (options.mistake != nullptr) {
        reasons.push_back(text::format("broken on purpose: {}. {}", options.mistake->title,
                                       options.mistake->expected));
    }
    return unsupported(context.facts().name + " cannot import this picture", reasons);
}

Verdict begin_verdict(const RenderOptions& options, const Context& context,
                      const SharedImage& image) {
    const Mistake* const mistake = options.mistake;
    Verdict verdict{.facts = import_facts(context, image.plan().method, image.buffer()),
                    .refused = describe(image.plan().refused),
                    .layout = image.layout(),
                    .buffer_size = image.buffer().size(),
                    .decoy = mistake != nullptr && mistake->name == "decoy"};
    verdict.facts.insert(verdict.facts.begin(), {"exporter", printable(options.machine.exporter)});
    if (const std::string access = image.drawn().access(); !access.empty()) {
        verdict.facts.push_back({"access", "by the CPU: " + access});
    }
    if (mistake != nullptr) {
        verdict.facts.push_back({"broken", text::format("{}: {}", mistake->name, mistake->title)});
        verdict.facts.push_back({"expected", std::string(mistake->expected)});
        verdict.unseen = mistake->unseen;
    }
    return verdict;
}

void add(Verdict& verdict, std::optional<ComparedViews> views) {
    if (views) {
        verdict.checks.push_back(std::move(views->check));
    }
}

bool is_explained(const Check& check) {
    return check.diagnosis && check.diagnosis->cause != Cause::unknown;
}

ExitStatus render(const RenderOptions& options) {
    Viewers viewers = start_viewers(options.views, ViewsOptions::Use::once);
    Interruptible interruptible;
    const Picture picture = options.picture.load();

    Stopwatch stopwatch;
    std::optional<Progress> progress(std::in_place, "steps", Progress::Options{.all = step_count});
    const auto step_done = [&](std::string_view step) {
        stopwatch.lap(std::string(step));
        progress->done(stopwatch.laps().size());
    };
    auto machine = Machine::open(options.machine);
    if (!machine) {
        return unsupported("this machine cannot do it", machine.error());
    }
    step_done("start");
    const auto share = options.mistake != nullptr ? options.mistake->share : SharedImage::create;
    auto image = share(machine->context(), *machine->exporter,
                       {.extent = picture.extent(),
                        .fourcc = options.picture.fourcc,
                        .method = options.picture.method});
    if (!image) {
        return refused(options, machine->context(), image.error());
    }
    step_done("import");
    const OffscreenRenderer gpu(machine->context(), image->layout());
    Verdict verdict = begin_verdict(options, machine->context(), *image);
    step_done("pipeline");

    const Culprit culprit = options.mistake != nullptr ? options.mistake->culprit : Culprit::import;
    Painter cpu(*image, options.mistake);
    SharingChecks checks(machine->context(), *image, gpu, cpu, step_done);
    if (culprit == Culprit::sync || culprit == Culprit::late_fence) {
        checks.begin_with(test_pattern(picture.extent(), 1));
    }
    std::optional<LateWriter> late;
    if (culprit == Culprit::late_fence) {
        auto writer = LateWriter::open(image->buffer());
        if (!writer) {
            return unsupported("this machine cannot show the mistake", {writer.error()});
        }
        late.emplace(*std::move(writer));
    }
    const auto [first, cpu_view, gpu_view] =
        late ? checks.device_writes_late(*late, picture) : checks.cpu_writes(picture);
    verdict.checks.push_back(first);
    const OtherViews others = interruptible.in_order([&] {
        const Rewrite rewrite{.before =
                                  [&] {
                                      cpu.paint_properly(test_pattern(picture.extent(), 1));
                                      return image->view().picture;
                                  },
                              .after = [&] { cpu.paint(picture); }};
        return read_with_all(std::move(viewers), image->drawn(), cpu_view, interruptible.stop(),
                             verdict, late || !cpu.can_paint() ? nullptr : &rewrite);
    });
    step_done("other views");
    if (!late) {
        add(verdict, checks.cpu_writes_again());
        auto views = checks.gpu_writes();
        if (views && is_explained(first)) {
            views->check.diagnosis.reset(); // the import is wrong in this direction, too
        }
        add(verdict, std::move(views));
    }

    verdict.laps = stopwatch.laps();
    progress.reset();
    const ShownDifference difference =
        difference_of(cpu_view.picture, gpu_view.picture, !first.result.equal(), others.seen);
    std::vector<TitledPicture> pictures{{.title = "CPU view", .picture = &cpu_view.picture},
                                        {.title = "GPU view", .picture = &gpu_view.picture}};
    for (const ViewerPicture& other : others.seen) {
        pictures.push_back({.title = std::string(other.kind->title), .picture = &other.picture});
    }
    pictures.push_back({.title = difference.title, .picture = &difference.picture});
    ExitStatus status = finish(
        verdict, pictures, {.folder = options.out, .json = "verdict.json", .picture = "views.png"},
        options.json);
    if (!options.json) {
        text::println("  {:<10} {}", "picture", printable((options.out / "views.png").string()));
    }
    if (status == ExitStatus::agree && !others.failed.empty()) {
        print_reasons("a view failed", others.failed);
        status = ExitStatus::failed;
    }
    if (status == ExitStatus::agree && !options.views.all() && !verdict.missing.empty()) {
        status = unsupported("not every view named by --views is available here", verdict.missing);
    }
    return machine->device.validated(status);
}

} // namespace

void add_render(CLI::App& program, Work& chosen) {
    auto options = std::make_shared<RenderOptions>();
    CLI::App* const command = program.add_subcommand(
        "render", "Share a picture between CPU and GPU, without a window, and compare both views");
    options->machine.add_to(*command, chosen);
    options->picture.add_to(*command, FormatChoice::all);
    options->views.add_to(*command, ViewsOptions::Use::once,
                          "If a view given by name is not available, the status is 3");
    command->add_option("--out", options->out, "Folder for views.png and verdict.json")
        ->capture_default_str();
    const auto mistake_names = joined(mistakes(), ", ", &Mistake::name);
    CLI::Option* const wrong = command->add_option_function<std::string>(
        "--break",
        [options, mistake_names](const std::string& name) {
            options->mistake = find_mistake(name);
            if (options->mistake == nullptr) {
                throw CLI::ValidationError(
                    "--break",
                    text::format("'{}' is not known; choose one of {}", name, mistake_names));
            }
        },
        "Break a rule on purpose: " + mistake_names +
            "; the run says what should happen and what is seen; the status is 1 if a difference "
            "is seen, 3 if this machine cannot show the mistake");
    command
        ->add_flag_callback(
            "--decoy", [options] { options->mistake = find_mistake("decoy"); },
            "The same as --break decoy: import another buffer of the same size")
        ->excludes(wrong);
    command->add_flag("--json", options->json, "Print the verdict as JSON");
    command->footer(
        "Examples:\n"
        "  parallax render                          the default picture, out/views.png\n"
        "  parallax render --views all              all views available on this machine\n"
        "  parallax render --exporter system        without this project's module\n"
        "  parallax render --image photo.jpg --format RGB565 --out /tmp/views\n"
        "  parallax render --format NV12 --colour 709-limited --planes each\n"
        "  parallax render --decoy                  must find a difference: status 1\n"
        "  parallax render --break stride           names the mistake, too\n"
        "  parallax render --break no-sync --views device");
    choose(*command, chosen, [options] {
        options->views.viewers.device = options->machine.device;
        return format_of(options->picture.fourcc).is_ycbcr ? render_ycbcr(*options)
                                                           : render(*options);
    });
}

} // namespace parallax::demo
