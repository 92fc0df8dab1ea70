// SPDX-License-Identifier: MIT
//
// From an allocation to an imported VkImage: the CPU writes into memory, the GPU samples it.
#include <parallax/comparison.hpp>
#include <parallax/cpu_access.hpp>
#include <parallax/exporter.hpp>
#include <parallax/painter.hpp>
#include <parallax/vulkan/gpu_view.hpp>

#include <cstdlib>
#include <print>

using namespace parallax;

/// What is there, or the end, with the reasons why it is not.
template <class Value>
Value need(std::expected<Value, Reasons> wanted) {
    if (!wanted) {
        for (const std::string& reason : wanted.error()) {
            std::println(stderr, "{}", reason);
        }
        std::exit(3);
    }
    return *std::move(wanted);
}

int main(int argc, char** argv) try {
    const auto exporter = need(open_exporter(argc > 1 ? argv[1] : "exporter"));
    const Instance instance = need(Instance::create({}));
    const Context gpu(instance, need(choose_device(instance, "")));

    // The driver is asked first, and the buffer made to suit it.
    const Picture picture = test_pattern({.width = 640, .height = 400}, 1);
    const ImageRequest request{.extent = picture.extent(), .format = find_pixel_format("ARGB8888")};
    const ImportPlan plan =
        need(plan_import(ask_driver(gpu, request), request).transform_error(describe));
    const DmaBuf buffer = exporter->allocate(plan.buffer_size());
    const Mapping mapping = buffer.map();

    // The import. It needs neither the mapping nor the fd from here on.
    const auto image = need(import_image(gpu, plan, buffer));

    { // The CPU's turn: it ends with the braces.
        const CpuWrite access(mapping);
        paint(picture, plan.layout, access.bytes());
    }

    // The GPU's turn. Shaders of your own sample image->view() between acquire() and release().
    const Picture seen = GpuView(gpu, plan.layout).read(*image, buffer);

    const Comparison result = compare(picture, seen);
    std::println("{}: {} of {} pixels differ, rung {}", gpu.facts().name, result.different,
                 result.compared, rung_name(plan.rung));
    return result.equal() ? 0 : 1;
} catch (const std::exception& error) {
    std::println(stderr, "{}", error.what());
    return 4;
}
