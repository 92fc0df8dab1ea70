// SPDX-License-Identifier: MIT
#include "parallax/kms/atomic_request.hpp"

#include "parallax/system_call.hpp"
#include "parallax/text.hpp"

#include <cerrno>
#include <utility>

namespace parallax::kms {

PropertyBlob::PropertyBlob(const Card& card, std::span<const std::byte> content) : card_(&card) {
    const int error = drmModeCreatePropertyBlob(card.fd(), content.data(), content.size(), &id_);
    if (error != 0) {
        errno = -error;
        throw_errno(
            text::format("{} takes no {} bytes of property", card.driver(), content.size()));
    }
}

PropertyBlob::PropertyBlob(PropertyBlob&& other) noexcept
    : card_(other.card_),
      id_(std::exchange(other.id_, 0)) {}

PropertyBlob::~PropertyBlob() {
    if (id_ != 0) {
        drmModeDestroyPropertyBlob(card_->fd(), id_);
    }
}

AtomicRequest::AtomicRequest(const Card& card, std::span<const Assignment> assignments)
    : card_(card),
      request_(drmModeAtomicAlloc()) {
    for (const Assignment& assignment : assignments) {
        std::uint64_t value = assignment.value;
        if (assignment.blob != nullptr) {
            value = blobs_.emplace_back(card, *assignment.blob).id();
        }
        if (drmModeAtomicAddProperty(request_.get(), assignment.object, assignment.property,
                                     value) < 0) {
            errno = ENOMEM;
            throw_errno("cannot note down a property to change");
        }
    }
}

void AtomicRequest::commit(std::uint32_t flags, void* user_data, const char* what) {
    int result = 0;
    do {
        result = drmModeAtomicCommit(card_.fd(), request_.get(), flags, user_data);
    } while (result == -EINTR || result == -EAGAIN);
    if (result != 0) {
        errno = -result;
        throw_errno(text::format("{} refuses to {}", card_.driver(), what));
    }
}

} // namespace parallax::kms
