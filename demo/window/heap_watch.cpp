// SPDX-License-Identifier: MIT
#include "window/heap_watch.hpp"

#include <cstdlib>
#include <new>

namespace parallax::demo {
namespace {

thread_local std::uint64_t taken = 0;

void* counted(std::size_t size, std::size_t alignment) {
    count_allocation();
    const std::size_t wanted = size == 0 ? 1 : size;
    void* const memory =
        alignment <= __STDCPP_DEFAULT_NEW_ALIGNMENT__
            ? std::malloc(wanted)
            : std::aligned_alloc(alignment, (wanted + alignment - 1) / alignment * alignment);
    if (memory == nullptr) {
        throw std::bad_alloc();
    }
    return memory;
}

} // namespace

std::uint64_t allocations() noexcept {
    return taken;
}

void count_allocation() noexcept {
    ++taken;
}

} // namespace parallax::demo

// The program's own operator new, so that it can tell whether its frames allocate. The forms for
// arrays end up in these. So do the standard library's that do not throw, but not a sanitizer's,
// whose memory would come to the operator delete below; hence the one here.
void* operator new(std::size_t size) {
    return parallax::demo::counted(size, __STDCPP_DEFAULT_NEW_ALIGNMENT__);
}
void* operator new(std::size_t size, std::align_val_t alignment) {
    return parallax::demo::counted(size, static_cast<std::size_t>(alignment));
}
void* operator new(std::size_t size, const std::nothrow_t& /*tag*/) noexcept try {
    return ::operator new(size);
} catch (const std::bad_alloc&) {
    return nullptr;
}
void operator delete(void* memory) noexcept {
    std::free(memory);
}
void operator delete(void* memory, std::size_t /*size*/) noexcept {
    std::free(memory);
}
void operator delete(void* memory, std::align_val_t /*alignment*/) noexcept {
    std::free(memory);
}
void operator delete(void* memory, std::size_t /*size*/, std::align_val_t /*alignment*/) noexcept {
    std::free(memory);
}
