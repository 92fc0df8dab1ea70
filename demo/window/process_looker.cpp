// SPDX-License-Identifier: MIT
#include "window/eye_kind.hpp"

#include "parallax/cpu_access.hpp"

#include <algorithm>
#include <optional>

namespace parallax::demo {
namespace {

class ProcessLooker final : public Looker {
public:
    std::expected<void, Reasons> take(DmaBuf buffer, const ImageLayout& layout) override {
        mapping_.emplace(buffer.map());
        offset_ = layout.offset;
        return {};
    }

    std::expected<void, Reasons> look(std::span<std::byte> rows) override {
        const CpuRead access(*mapping_);
        std::ranges::copy(access.bytes().subspan(offset_, rows.size()), rows.begin());
        return {};
    }

private:
    std::optional<Mapping> mapping_;
    std::uint64_t offset_ = 0;
};

} // namespace

std::unique_ptr<Looker> make_process_looker(const EyeOptions& /*options*/, int /*window*/) {
    return std::make_unique<ProcessLooker>();
}

} // namespace parallax::demo
