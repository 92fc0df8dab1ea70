// SPDX-License-Identifier: MIT
//
// A library to preload into the window: an operator new that counts the allocations of each thread,
// in the program, its libraries and, if they use it, its drivers. malloc in C code is not counted.
#include <cstdint>
#include <cstdlib>
#include <new>

namespace {

thread_local std::uint64_t taken = 0;

void* counted(std::size_t size, std::size_t alignment) {
    ++taken;
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

/// The number of allocations by the calling thread; the window looks up this name.
extern "C" [[gnu::visibility("default")]] std::uint64_t parallax_allocations() noexcept {
    return taken;
}

// The forms for arrays end up in these. So do the standard library's that do not throw, but not a
// sanitizer's, whose memory would come to the operator delete below; hence the one here.
void* operator new(std::size_t size) {
    return counted(size, __STDCPP_DEFAULT_NEW_ALIGNMENT__);
}
void* operator new(std::size_t size, std::align_val_t alignment) {
    return counted(size, static_cast<std::size_t>(alignment));
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
