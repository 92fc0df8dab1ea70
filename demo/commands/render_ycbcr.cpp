// SPDX-License-Identifier: MIT
// `parallax render` with a format of luma and chroma: planes, in one dma-buf or several, that the
// GPU imports as an image each and as one image.
#include "commands/render_options.hpp"

#include "machine/machine.hpp"
#include "process/end_on_stop.hpp"
#include "process/stop_signal.hpp"
#include "report/failure.hpp"
#include "report/verdict.hpp"
#include "viewers/other_views.hpp"
#include "viewers/plane_checks.hpp"

#include "parallax/printable.hpp"
#include "parallax/text.hpp"

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace parallax::demo {
namespace {

void refuse_options(const RenderOptions& options) {
    const std::string_view format = format_of(options.picture.fourcc).name;
    if (options.mistake != nullptr) {
        throw UsageError(text::format("--break and --decoy are for formats of red, green and blue, "
                                      "not for {}",
                                      format));
    }
    if (options.picture.method) {
        throw UsageError(
            text::format("--import is for formats of red, green and blue: {} is imported "
                         "as an image a plane and as one image",
                         format));
    }
}

/// The layout that the driver has for one image, if it takes only that; else our own.
ImageLayout layout_for(const Context& context, const ImageLayout& wanted) {
    return multiplanar_layout(context.importer(), wanted).value_or(wanted);
}

} // namespace

ExitStatus render_ycbcr(const RenderOptions& options) {
    refuse_options(options);
    Viewers viewers = start_viewers(options.views, ViewsOptions::Use::once);
    const StopSignal stop;
    std::optional<EndOnStop> end(std::in_place, stop); // there is nothing to clean up
    const Picture picture = options.picture.load();
    const ImageLayout wanted = options.picture.layout(picture.extent());

    Stopwatch stopwatch;
    auto machine = Machine::open(options.machine);
    if (!machine) {
        return unsupported("this machine cannot do it", machine.error());
    }
    const Context& context = machine->context();
    stopwatch.lap("start");
    DrawnBuffer drawn(*machine->exporter, layout_for(context, wanted));
    auto imports = PlaneImports::create(context, drawn);
    if (!imports) {
        return unsupported(context.facts().name + " cannot import this picture", imports.error());
    }
    stopwatch.lap("import");
    PlaneChecks checks(context, drawn, *imports);
    stopwatch.lap("pipeline");

    Verdict verdict{.facts = import_facts(context, ImportMethod::buffer, drawn.buffer()),
                    .refused = imports->refused,
                    .layout = drawn.layout(),
                    .buffer_size = drawn.buffer().size()};
    for (Fact& fact : verdict.facts) {
        fact.value = fact.name == "import" ? imports->text() : fact.value;
    }
    verdict.facts.insert(verdict.facts.begin(), {"exporter", printable(options.machine.exporter)});
    verdict.checks = checks.cpu_writes(picture, "");
    stopwatch.lap("first write");
    const SampledPicture cpu_view = checks.cpu_view();
    const auto by_planes = checks.view_by_planes();
    const auto by_sampler = checks.view_by_sampler();
    end.emplace(stop, EndOnStop::long_enough); // viewers clean up
    const Rewrite rewrite{.before =
                              [&] {
                                  drawn.paint(test_pattern(picture.extent(), 1));
                                  return drawn.cpu_view();
                              },
                          .after = [&] { drawn.paint(picture); }};
    const OtherViews others = read_with_all(std::move(viewers), drawn, cpu_view, stop, verdict,
                                            drawn.writable() ? &rewrite : nullptr);
    if (stop.raised()) {
        stop.end_process();
    }
    end.emplace(stop);
    stopwatch.lap("other views");
    std::ranges::move(checks.cpu_writes(test_pattern(picture.extent(), 2), "_again"),
                      std::back_inserter(verdict.checks));
    stopwatch.lap("second write");
    if (auto check = checks.gpu_writes()) {
        verdict.checks.push_back(*std::move(check));
    }
    stopwatch.lap("GPU write");
    verdict.laps = stopwatch.laps();

    std::vector<TitledPicture> pictures{{.title = "CPU view", .picture = &cpu_view.picture}};
    if (by_planes) {
        pictures.push_back({.title = "GPU view, image a plane", .picture = &*by_planes});
    }
    if (by_sampler) {
        pictures.push_back({.title = "GPU view, one image", .picture = &*by_sampler});
    }
    for (const ViewerPicture& other : others.seen) {
        pictures.push_back({.title = std::string(other.kind->title), .picture = &other.picture});
    }
    const Picture difference =
        difference_picture(cpu_view.picture, by_planes ? *by_planes : *by_sampler);
    pictures.push_back({.title = difference_title("CPU - GPU"), .picture = &difference});
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

} // namespace parallax::demo
