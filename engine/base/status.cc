#include "engine/base/status.h"

namespace learnsql {

std::string Place::ToString() const {
  std::string text = name;
  if (line) text += ":" + std::to_string(*line);
  if (line && column) text += ":" + std::to_string(*column);
  if (byte) {
    if (!text.empty()) text += " ";
    text += "(byte " + std::to_string(*byte) + ")";
  }
  return text;
}

Status::Status(Code code, std::string message, Place place)
    : rep_(new Rep{code, std::move(message), std::move(place)}) {
  assert(code != Code::kOk);
}

Status::Status(const Status& other)
    : rep_(other.rep_ ? new Rep(*other.rep_) : nullptr) {}

Status& Status::operator=(const Status& other) {
  if (this != &other) rep_.reset(other.rep_ ? new Rep(*other.rep_) : nullptr);
  return *this;
}

const std::string& Status::message() const {
  static const std::string kNone;
  return ok() ? kNone : rep_->message;
}

const Place& Status::place() const {
  static const Place kNowhere;
  return ok() ? kNowhere : rep_->place;
}

std::string Status::ToString() const {
  if (ok()) return "ok";
  const std::string where = rep_->place.ToString();
  return where.empty() ? rep_->message : where + ": " + rep_->message;
}

Status Status::Annotate(std::string_view what) const {
  if (ok()) return {};
  return Status(rep_->code, std::string(what) + ": " + rep_->message,
                rep_->place);
}

Status Status::At(Place place) const {
  if (ok() || !rep_->place.name.empty()) return *this;
  return Status(rep_->code, rep_->message, std::move(place));
}

}  // namespace learnsql
