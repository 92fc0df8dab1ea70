// SPDX-License-Identifier: MIT
#include "viewers/plane_checks.hpp"

#include "parallax/image/ycbcr.hpp"
#include "parallax/text.hpp"

#include <utility>

namespace parallax::demo {

std::expected<PlaneImports, Reasons> PlaneImports::create(const Context& context,
                                                          const DrawnBuffer& drawn) {
    PlaneImports imports;
    const auto refuse = [&](std::string_view way, const Reasons& reasons) {
        for (const std::string& reason : reasons) {
            imports.refused.push_back(text::format("{}: {}", way, reason));
        }
    };
    auto planes = ImportedYcbcr::create(context.importer(), drawn.buffers(), drawn.layout());
    if (planes) {
        imports.planes.emplace(*std::move(planes));
        refuse("an image a plane", imports.planes->refused());
    } else {
        refuse("an image a plane", planes.error());
    }
    if (context.validated() && !drawn.layout().in_one_buffer()) {
        refuse("one image",
               {"not tried with --validate, under which the validation layers end the process when "
                "memory is bound to the planes of an image with a modifier; leave it out"});
    } else if (auto whole = ImportedMultiplanar::create(context.importer(), drawn.buffers(),
                                                        drawn.layout())) {
        imports.whole = *std::move(whole);
    } else {
        refuse("one image", whole.error());
    }
    if (!imports.planes && !imports.whole) {
        return std::unexpected(std::move(imports.refused));
    }
    return imports;
}

std::string PlaneImports::text() const {
    std::string text;
    if (planes) {
        text = text::format("an image a plane ({})", import_method_name(planes->method()));
    }
    if (whole) {
        text += text::format("{}{}", text.empty() ? "" : "; ", whole->name());
    }
    return text;
}

PlaneChecks::PlaneChecks(const Context& context, DrawnBuffer& drawn, PlaneImports& imports)
    : drawn_(drawn),
      imports_(imports) {
    if (imports.planes) {
        by_planes_.emplace(context, drawn.layout());
    }
    if (imports.whole) {
        by_sampler_.emplace(context, *imports.whole, drawn.layout().extent);
    }
}

std::vector<Check> PlaneChecks::cpu_writes(const Picture& picture, const std::string& again) {
    const std::string_view once_more = again.empty() ? "" : " again";
    drawn_.paint(picture);
    std::vector<Check> checks;
    std::optional<SampledPicture> seen;
    if (by_planes_) {
        seen = by_planes_->read(*imports_.planes, drawn_.buffers());
    }
    if (by_sampler_) {
        whole_ = by_sampler_->read(drawn_.buffers());
    }
    cpu_view_ = drawn_.view();
    if (seen) {
        checks.push_back(check_view("cpu_to_gpu" + again,
                                    text::format("CPU writes{}, GPU reads each plane", once_more),
                                    cpu_view_, *seen, drawn_.layout()));
        planes_ = std::move(seen->picture);
    }
    if (whole_) {
        checks.push_back(check_view(
            "cpu_to_sampler" + again,
            text::format("CPU writes{}, GPU's sampler converts one image", once_more), cpu_view_,
            {.picture = *whole_}, drawn_.layout(), nullptr, sampler_bound(drawn_.layout())));
    }
    return checks;
}

std::optional<Check> PlaneChecks::gpu_writes() {
    if (!by_planes_ || !by_planes_->write_negative(*imports_.planes, drawn_.buffers())) {
        return std::nullopt;
    }
    const SampledPicture expected = negative(cpu_view_, drawn_.layout().colour());
    return check_view("gpu_to_cpu", "GPU writes each plane, CPU reads", expected, drawn_.view(),
                      drawn_.layout());
}

} // namespace parallax::demo
