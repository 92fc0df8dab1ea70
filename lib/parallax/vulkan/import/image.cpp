// SPDX-License-Identifier: MIT
#include "parallax/vulkan/import/image.hpp"

#include "parallax/text.hpp"
#include "parallax/vulkan/import/from_buffer.hpp"
#include "parallax/vulkan/import/in_place.hpp"

#include <utility>

namespace parallax {
namespace {

std::expected<std::unique_ptr<ImportedImage>, std::string>
import_by(const ImportPlan& plan, const detail::SharedDevice& device, const DmaBuf& buffer) {
    switch (plan.method) {
    case ImportMethod::modifier:
    case ImportMethod::linear:
        return detail::InPlace::import(device, plan, buffer);
    case ImportMethod::buffer:
        return detail::FromBuffer::import(device, plan, buffer);
    }
    std::unreachable();
}

/// @param buffer_for gives the memory for a plan.
template <class BufferFor>
std::expected<Import, Reasons> import_by_any(const Importer& importer, const ImageRequest& request,
                                             std::optional<ImportMethod> only,
                                             BufferFor buffer_for) {
    const DriverAnswers answers = ask_driver(importer, request);
    std::vector<Refusal> refused;
    while (true) {
        auto plan = plan_import(answers, request, only, std::move(refused));
        if (!plan) {
            return std::unexpected(describe(plan.error()));
        }
        auto image = import_image(importer, *plan, buffer_for(*plan));
        if (image) {
            return Import{.plan = *std::move(plan), .image = *std::move(image)};
        }
        refused = std::move(plan->refused);
        refused.push_back(std::move(image.error()));
    }
}

} // namespace

std::expected<std::unique_ptr<ImportedImage>, Refusal>
import_image(const Importer& importer, const ImportPlan& plan, const DmaBuf& buffer) try {
    auto imported = import_by(plan, importer.loaded(), buffer);
    if (!imported) {
        return std::unexpected(Refusal{.method = plan.method, .reasons = {imported.error()}});
    }
    return *std::move(imported);
} catch (const VulkanError& error) { // creation succeeded on trial, but failed now
    if (!detail::is_refusal(error.result())) {
        throw;
    }
    return std::unexpected(Refusal{
        .method = plan.method, .reasons = {text::format("the driver refused ({})", error.what())}});
}

std::expected<Import, Reasons> import_image(const Importer& importer, const ImageLayout& layout,
                                            const DmaBuf& buffer,
                                            std::optional<ImportMethod> only) {
    const ImageRequest request{.extent = layout.extent, .fourcc = layout.fourcc, .fixed = layout};
    return import_by_any(importer, request, only,
                         [&](const ImportPlan&) -> const DmaBuf& { return buffer; });
}

std::expected<AllocatedImport, Reasons>
allocate_image(const Importer& importer, const ImageRequest& request,
               const std::function<DmaBuf(std::uint64_t size)>& allocate,
               std::optional<ImportMethod> only) {
    std::optional<DmaBuf> buffer;
    auto import =
        import_by_any(importer, request, only, [&](const ImportPlan& plan) -> const DmaBuf& {
            buffer.reset(); // two at once may be more than the exporter gives
            return buffer.emplace(allocate(plan.buffer_size()));
        });
    return std::move(import).transform([&](Import&& taken) {
        return AllocatedImport{.plan = std::move(taken.plan),
                               .buffer = *std::move(buffer),
                               .image = std::move(taken.image)};
    });
}

} // namespace parallax
