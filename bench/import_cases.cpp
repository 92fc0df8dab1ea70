// SPDX-License-Identifier: MIT
#include "import_cases.hpp"

#include "memory_loops.hpp"

#include "parallax/cpu_access.hpp"
#include "parallax/vulkan/barriers.hpp"
#include "parallax/vulkan/importable.hpp"
#include "parallax/vulkan/imported_memory.hpp"
#include "parallax/vulkan/local_buffer.hpp"

#include <algorithm>
#include <optional>
#include <stdexcept>

namespace parallax::bench {
namespace {

constexpr std::uint64_t largest_part = std::uint64_t{2} << 20;

/// A dma-buf imported as the memory of a buffer.
class Imported {
public:
    Imported(const Context& context, const DmaBuf& source, std::uint64_t size)
        : buffer_(create_buffer(context, size)),
          memory_(import(context, source)) {
        buffer_.bindMemory(memory_, 0);
    }
    Imported(const Imported&) = delete;
    Imported& operator=(const Imported&) = delete;
    ~Imported() { buffer_.clear(); } // before its memory

    [[nodiscard]] vk::Buffer handle() const { return buffer_; }

private:
    [[nodiscard]] vk::raii::DeviceMemory import(const Context& context,
                                                const DmaBuf& source) const {
        auto memory =
            import_memory(context, source, memory_needs(context, *buffer_), {.buffer = buffer_});
        if (!memory) {
            throw std::runtime_error(memory.error());
        }
        return *std::move(memory);
    }

    vk::raii::Buffer buffer_;
    vk::raii::DeviceMemory memory_;
};

Turn begin_import(Source& source, std::uint64_t size, const Context& context) {
    source.prepare(size);
    const auto buffer = std::make_shared<DmaBuf>(source.allocate(size));
    {
        const Mapping mapping = buffer->map();
        write_words(CpuWrite(mapping).bytes(), 1);
    }
    // What is read goes part by part to one place, so that where it goes costs the same at any
    // size.
    const std::uint64_t part = std::min(size, largest_part);
    const auto copy = std::make_shared<LocalBuffer>(
        context.allocator(), part, vk::BufferUsageFlagBits::eTransferDst, MemoryUse::device);
    // Where a device's memory is the processor's, its pages come with the first write: not here.
    context.run([&](const vk::raii::CommandBuffer& commands) {
        commands.fillBuffer(copy->handle(), 0, vk::WholeSize, 0);
    });
    return [=, &context](Steps& steps) {
        std::optional<Imported> imported;
        const auto read = [&] {
            context.run([&](const vk::raii::CommandBuffer& commands) {
                for (std::uint64_t offset = 0; offset < size; offset += part) {
                    commands.copyBuffer(
                        imported->handle(), copy->handle(),
                        vk::BufferCopy{.srcOffset = offset, .size = std::min(part, size - offset)});
                    buffer_barrier(commands, copy->handle(), scope::copy_write, scope::copy_write);
                }
            });
        };
        steps.time("import", [&] { imported.emplace(context, *buffer, size); });
        steps.time("first read", read);
        steps.time("read again", read);
        steps.time("release", [&] { imported.reset(); });
    };
}

} // namespace

Cases import_cases(const Sources& sources, std::span<const std::uint64_t> sizes,
                   const std::shared_ptr<VulkanDevice>& device) {
    Cases cases;
    for (const std::uint64_t size : sizes) {
        for (const std::shared_ptr<Source>& source : sources) {
            cases.push_back({"import", source->name(), size,
                             [=] { return begin_import(*source, size, device->context()); }});
        }
    }
    return cases;
}

} // namespace parallax::bench
